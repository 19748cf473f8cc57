import HTTPTypes
import Testing

@testable import PolkaNode

/// Which pages of the web may call a node on this machine.
@Suite struct RequestGateTests {
    private func allows(_ origin: String?, _ origins: [String] = [], method: HTTPRequest.Method = .post) -> Bool {
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost:8545", path: "/")
        head.headerFields[.origin] = origin
        switch RequestGate(origins: origins).decide(head) {
        case .answer(let headers):
            #expect(headers[.accessControlAllowOrigin] == origin)
            return true
        case .preflight(let headers):
            #expect(headers[.accessControlAllowMethods] == "POST, OPTIONS")
            return true
        case .refuse: return false
        }
    }

    @Test(arguments: [
        nil, "http://localhost", "http://localhost:3000", "https://127.0.0.1:8080", "http://[::1]:5173",
        "http://app.localhost:3000", "http://127.8.9.1", "chrome-extension://abcdef", "moz-extension://abcdef",
    ])
    func allowed(_ origin: String?) {
        #expect(allows(origin))
        #expect(allows(origin, method: .options))
    }

    @Test(arguments: [
        "http://example.org", "https://localhost.example.org", "http://127.0.0.1.example.org", "null", "", "file://",
        "http://1270.0.0.1", "http://10.0.0.1", "http://[::2]", "https://", "ftp://localhost",
    ])
    func refused(_ origin: String) {
        #expect(!allows(origin))
        #expect(allows(origin, ["*"]))
        #expect(allows(origin, [origin]))
        #expect(!allows(origin, ["https://other.org"]))
    }

    @Test func onlyPosts() {
        #expect(!allows(nil, method: .get))
        #expect(!allows(nil, method: .put))
        #expect(!allows(nil, ["*"], method: .delete))
    }
}
