// Which HTTP requests are answered at all. The node signs for its accounts, so pages of the web, which browsers let send requests to
// this machine, may not call it unless their origin is allowed.

import HTTPTypes

/// Decides by the head of a request.
struct RequestGate: Sendable {
    enum Decision {
        /// The body is a call.
        case answer(HTTPFields)
        /// A browser asks whether a page may call.
        case preflight(HTTPFields)
        case refuse(HTTPResponse.Status, String, HTTPFields)
    }

    /// Origins that may call besides those of this machine; `*` is every one.
    let origins: [String]

    func decide(_ head: HTTPRequest) -> Decision {
        var headers = HTTPFields()
        headers[.vary] = "Origin"
        if let origin = head.headerFields[.origin] {
            guard allows(origin) else {
                return .refuse(
                    .forbidden, "pages from \(origin) may not call; allow them with --allow-origin \(origin)", headers)
            }
            headers[.accessControlAllowOrigin] = origin
        }
        switch head.method {
        case .post: return .answer(headers)
        case .options:
            headers[.accessControlAllowMethods] = "POST, OPTIONS"
            headers[.accessControlAllowHeaders] = head.headerFields[.accessControlRequestHeaders] ?? "Content-Type"
            headers[.accessControlMaxAge] = "600"
            return .preflight(headers)
        default:
            headers[.allow] = "POST, OPTIONS"
            return .refuse(.methodNotAllowed, "this is JSON-RPC: send calls with POST", headers)
        }
    }

    private func allows(_ origin: String) -> Bool {
        if origins.contains("*") || origins.contains(origin) { return true }
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let name = origin[..<scheme.lowerBound]
        if ["chrome-extension", "moz-extension", "safari-web-extension"].contains(name) { return true }
        guard name == "http" || name == "https" else { return false }
        return Loopback.contains(host: Self.host(of: origin[scheme.upperBound...]))
    }

    /// What stands before the port.
    private static func host(of authority: Substring) -> Substring {
        if authority.hasPrefix("[") { return authority.dropFirst().prefix { $0 != "]" } }
        return authority.prefix { $0 != ":" }
    }
}

/// Addresses of this machine itself.
public enum Loopback {
    /// Whether a host name or address is one that only this machine reaches.
    public static func contains(host: some StringProtocol) -> Bool {
        if host == "localhost" || host == "::1" || host.hasSuffix(".localhost") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
