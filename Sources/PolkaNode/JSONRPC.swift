// JSON-RPC 2.0 over one body of bytes: single calls, batches, notifications. Knows nothing of Ethereum.

/// An answer that says why there is none.
public struct RPCError: Error, Hashable {
    /// By JSON-RPC for what is wrong with the call, by Ethereum's customs for the rest.
    public let code: Int
    /// What is wrong, for people.
    public let message: String
    /// More for programs, such as what a contract reverted with.
    public let data: JSON?

    /// An error of its parts.
    public init(code: Int, message: String, data: JSON? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// Not JSON.
    static func parse(_ message: String) -> RPCError { RPCError(code: -32700, message: "Parse error: \(message)") }
    /// JSON, but no call.
    static func invalidRequest(_ message: String) -> RPCError {
        RPCError(code: -32600, message: "Invalid request: \(message)")
    }
    /// A call of something that is not offered.
    static func methodNotFound(_ message: String) -> RPCError { RPCError(code: -32601, message: message) }
    /// Parameters that the method does not take.
    static func invalidParams(_ message: String) -> RPCError {
        RPCError(code: -32602, message: "Invalid params: \(message)")
    }
    /// The chain refuses.
    static func refused(_ message: String) -> RPCError { RPCError(code: -32000, message: message) }

    var json: JSON {
        var members = [JSON.Member("code", .number("\(code)")), JSON.Member("message", .string(message))]
        if let data { members.append(JSON.Member("data", data)) }
        return .object(members)
    }
}

/// Answers bodies by calling a method for each call in them.
struct JSONRPC: Sendable {
    /// Calls in a batch at most.
    static let maximumBatch = 1000

    /// What answers a call: name, parameters.
    let method: @Sendable (String, [JSON]) async throws(RPCError) -> JSON

    /// The answer to a body; nil if all of it was notifications, to which there is none.
    func answer(_ body: [UInt8]) async -> [UInt8]? {
        let request: JSON
        do throws(JSONError) { request = try JSON(parsing: body) } catch {
            return Self.response(id: .null, .failure(.parse(error.description))).bytes
        }
        guard case .array(let calls) = request else { return await answer(to: request)?.bytes }
        guard !calls.isEmpty else {
            return Self.response(id: .null, .failure(.invalidRequest("the batch has no calls"))).bytes
        }
        guard calls.count <= Self.maximumBatch else {
            let text = "the batch has \(calls.count) calls; at most \(Self.maximumBatch) are answered at once"
            return Self.response(id: .null, .failure(.invalidRequest(text))).bytes
        }
        // One after the other: clients put transactions in order.
        var answers: [JSON] = []
        for call in calls {
            if let answer = await answer(to: call) { answers.append(answer) }
        }
        return answers.isEmpty ? nil : JSON.array(answers).bytes
    }

    private func answer(to call: JSON) async -> JSON? {
        let id: JSON?
        let name: String
        do throws(RPCError) { (id, name) = try Self.head(of: call) } catch {
            return Self.response(id: Self.validID(call["id"]) ?? .null, .failure(error))
        }
        let result: Result<JSON, RPCError>
        do throws(RPCError) {
            result = .success(try await method(name, try Self.parameters(of: call)))
        } catch {
            result = .failure(error)
        }
        return id.map { Self.response(id: $0, result) }
    }

    private static func head(of call: JSON) throws(RPCError) -> (id: JSON?, method: String) {
        guard case .object = call else { throw .invalidRequest("a call is an object, not \(call.summary)") }
        guard call["jsonrpc"] == "2.0" else { throw .invalidRequest("member 'jsonrpc' must be \"2.0\"") }
        let id = call["id"]
        if let id, validID(id) == nil {
            throw .invalidRequest("member 'id' must be a text, a number or null, not \(id.summary)")
        }
        guard case .string(let method)? = call["method"] else {
            throw .invalidRequest("member 'method' must be a text")
        }
        return (id, method)
    }

    private static func parameters(of call: JSON) throws(RPCError) -> [JSON] {
        switch call["params"] {
        case nil, .null?: []
        case .array(let items)?: items
        case .object?: throw .invalidParams("'params' must be a list: Ethereum's methods take them by position")
        case let other?: throw .invalidRequest("member 'params' must be a list, not \(other.summary)")
        }
    }

    private static func validID(_ id: JSON?) -> JSON? {
        switch id {
        case .string?, .number?, .null?: id
        default: nil
        }
    }

    private static func response(id: JSON, _ result: Result<JSON, RPCError>) -> JSON {
        switch result {
        case .success(let value): ["jsonrpc": "2.0", "id": id, "result": value]
        case .failure(let error): ["jsonrpc": "2.0", "id": id, "error": error.json]
        }
    }
}
