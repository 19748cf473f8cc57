// What eth-abi and eth-hash made of random types and values (Vectors/make-vectors.py).

import Foundation
import PolkaABI

/// The lines of a table, each a list of columns.
func vectors(_ name: String) throws -> [[String]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/\(name).tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
}

/// A list of types and a list of values, which both are written as one tuple.
func parameters(_ list: String) throws -> [ABIParameter] {
    guard case .tuple(let parts) = try ABIType(list) else { throw TestFailure("\(list) is no list") }
    return parts
}

func values(_ text: String, _ list: String) throws -> [ABIValue] {
    guard case .tuple(let values) = try ABIValue(text, as: ABIType(list)) else { throw TestFailure("no list: \(text)") }
    return values
}

func bytes(_ text: String) throws -> [UInt8] {
    guard let bytes = Hex.bytes(text) else { throw TestFailure("not hexadecimal: \(text)") }
    return bytes
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Runs code that shall fail, and gives what is wrong.
func failure(_ body: () throws -> some Any) -> ABIError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? ABIError
    }
}
