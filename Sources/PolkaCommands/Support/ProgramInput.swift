// The program that a command works on: a .polkavm file, or a project folder that is built first.

import ArgumentParser
import PolkaBlob
import PolkaBuild
import SystemPackage

enum ProgramInput {
    /// Reads a blob, or builds the project in a folder and returns its blob.
    static func load(_ path: String, color: Bool) async throws -> Blob {
        guard FileKind.of(FilePath(path)) == .directory else { return try read(path) }
        return try await ProjectBuild(color: color).build(folder: FilePath(path)).blob
    }

    /// Reads a blob from a file.
    static func read(_ path: String) throws -> Blob {
        let bytes = try Files.read(FilePath(path))
        if bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
            throw CommandError("\(path): this is an ELF file; 'pvm link \(path) -o NAME.polkavm' makes a program of it")
        }
        do {
            return try Blob(parsing: bytes)
        } catch {
            throw CommandError("\(path): \(error)")
        }
    }
}

/// Numbers as users write them: decimal, `0x` hex, negative as two's complement of 64 bits.
struct IntegerArgument: ExpressibleByArgument {
    let value: UInt64

    init?(argument: String) {
        let isNegative = argument.hasPrefix("-")
        let digits = isNegative ? argument.dropFirst() : argument[...]
        let magnitude: UInt64?
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            magnitude = UInt64(digits.dropFirst(2), radix: 16)
        } else {
            magnitude = UInt64(digits, radix: 10)
        }
        guard let magnitude, !digits.hasPrefix("+"), !isNegative || magnitude <= 1 << 63 else { return nil }
        value = isNegative ? 0 &- magnitude : magnitude
    }
}
