// What generate_vectors.py wrote.

import Foundation
import PolkaABI
import PolkaNode
import Testing

enum Vectors {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")

    static func read(_ name: String) throws -> JSON {
        try JSON(parsing: Array(Data(contentsOf: folder.appending(path: name))))
    }
}

extension JSON {
    var items: [JSON] {
        get throws {
            guard case .array(let items) = self else { throw Mismatch(description: "no list") }
            return items
        }
    }

    func string(_ name: String) throws -> String { try #require(optionalString(name)) }

    func optionalString(_ name: String) -> String? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }

    func bytes(_ name: String) throws -> [UInt8] { try #require(Hex.bytes(string(name))) }

    func number<Number: FixedWidthInteger>(_ name: String, as: Number.Type = Number.self) throws -> Number {
        try #require(Number(string(name).dropFirst(2), radix: 16))
    }
}

struct Mismatch: Error, CustomStringConvertible {
    let description: String
}
