// A client of the Language Server Protocol, as small as a test needs: opens a document, asks, and takes what the server sends.

import FoundationEssentials
import PolkaBuild
import Subprocess
import SystemPackage

/// A document that an editor has opened, and what a language server made of it.
struct LanguageServer {
    /// What to run, with its arguments.
    let command: FilePath
    /// The folder that the editor has open.
    let folder: FilePath
    let environment: Subprocess.Environment

    struct Answer {
        /// The text under the pointer.
        var hover = ""
        /// Messages of the diagnostics, the latest set.
        var diagnostics: [String] = []
    }

    private struct Message: Decodable {
        struct Diagnostic: Decodable { let message: String }
        struct Parameters: Decodable { let diagnostics: [Diagnostic]? }
        struct Contents: Decodable { let value: String }
        struct Result: Decodable { let contents: Contents? }

        let id: Identifier?
        let method: String?
        let params: Parameters?
        let result: Result?
    }

    /// Numbers are ours, texts may be the server's.
    private enum Identifier: Decodable {
        case number(Int)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var json: String {
            switch self {
            case .number(let number): "\(number)"
            case .text(let text): "\"\(text)\""
            }
        }
    }

    /// Opens a file with text behind its own, and asks for what is at a position until the answer contains `expected`, and a
    /// diagnostic contains `complaint`.
    ///
    /// Servers answer from the moment they start, and know more once they have read the project; so a client asks again.
    func open(
        _ file: String, language: String, appending text: String, hoverAt position: (line: Int, column: Int),
        _ expected: String,
        _ complaint: String
    ) async throws -> Answer {
        let uri = "file://\(folder)"
        let contents = try Files.readText(folder.appending(file)) + text
        let quoted = String(decoding: try JSONEncoder().encode(contents), as: UTF8.self)
        let result = try await Subprocess.run(
            .path(command), environment: environment, workingDirectory: folder, input: .inputWriter, output: .sequence,
            error: .discarded
        ) { execution in
            let writer = execution.standardInputWriter
            func send(_ body: String) async throws {
                let message = "{\"jsonrpc\":\"2.0\",\(body)}"
                _ = try await writer.write("Content-Length: \(message.utf8.count)\r\n\r\n\(message)")
            }
            func hover(_ number: Int) async throws {
                try await send(
                    "\"id\":\(number),\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":{\"uri\":\"\(uri)/\(file)\"},"
                        + "\"position\":{\"line\":\(position.line),\"character\":\(position.column)}}")
            }
            try await send(
                "\"id\":1,\"method\":\"initialize\",\"params\":{\"processId\":null,\"rootUri\":\"\(uri)\",\"capabilities\":{},"
                    + "\"workspaceFolders\":[{\"uri\":\"\(uri)\",\"name\":\"project\"}]}")
            var answer = Answer()
            var number = 1
            var bytes: [UInt8] = []
            for try await buffer in execution.standardOutput {
                bytes += buffer.withUnsafeBytes(Array.init)
                while let message = try Self.nextMessage(&bytes) {
                    if message.method == "textDocument/publishDiagnostics" {
                        answer.diagnostics = message.params?.diagnostics?.map(\.message) ?? []
                    } else if let id = message.id, message.method != nil {
                        // The server asks for something that this client has not.
                        try await send("\"id\":\(id.json),\"result\":null")
                    } else if case .number(number)? = message.id {
                        if number == 1 {
                            try await send("\"method\":\"initialized\",\"params\":{}")
                            try await send(
                                "\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"\(uri)/\(file)\","
                                    + "\"languageId\":\"\(language)\",\"version\":1,\"text\":\(quoted)}}")
                        } else {
                            answer.hover = message.result?.contents?.value ?? ""
                            try await Task.sleep(for: .milliseconds(100))
                        }
                        number += 1
                        try await hover(number)
                    }
                    let isComplete =
                        answer.hover.contains(expected) && answer.diagnostics.contains { $0.contains(complaint) }
                    if isComplete || number > Self.mostQuestions {
                        try await writer.finish()
                        try execution.send(signal: .kill)
                        return answer
                    }
                }
            }
            return answer
        }
        return result.closureResult
    }

    /// Ten seconds' worth on an idle machine, and longer where answers take longer.
    private static let mostQuestions = 600

    /// Takes the first message from what has been received, nil if it is not there in full.
    private static func nextMessage(_ bytes: inout [UInt8]) throws -> Message? {
        let separator = Array("\r\n\r\n".utf8)
        guard let end = bytes.firstRange(of: separator) else { return nil }
        let header = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let length = header.split(separator: "\r\n").compactMap { line in
            line.hasPrefix("Content-Length: ") ? Int(line.dropFirst(16)) : nil
        }.first
        guard let length, bytes.count >= end.upperBound + length else { return nil }
        let body = Data(bytes[end.upperBound..<(end.upperBound + length)])
        bytes.removeFirst(end.upperBound + length)
        return try? JSONDecoder().decode(Message.self, from: body)
    }
}
