// The console host: text out, and bad requests answered with a trap that says why.

import PolkaBlob
import PolkaHost
import PolkaISA
import PolkaVM
import Testing

@Suite struct ConsoleHostTests {
    private final class Sink {
        var output: [UInt8] = []
        var error: [UInt8] = []
    }

    /// A guest that calls the console with its arguments, with "hello" at 0x10000.
    private func guest(
        _ set: InstructionSet = .latest64, _ write: @escaping (ConsoleHost.Stream, [UInt8]) throws -> Void
    ) throws -> Instance {
        var bytes: [UInt8] = []
        var starts: [Int] = []
        for instruction in [Instruction(.ecalli, x: 0), Instruction(.jumpIndirect, .ra)] {
            starts.append(bytes.count)
            instruction.encode(into: &bytes, at: UInt32(bytes.count), for: set)
        }
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count)
        var blob = Blob(instructionSet: set, code: CodeMap(bytes: bytes, bitmask: mask))
        blob.imports = [Array(ConsoleHost.symbol.utf8)]
        blob.exports = [Blob.Export(codeOffset: 0, symbol: Array("run".utf8))]
        blob.readOnlyData = Array("hello".utf8)
        blob.readOnlyDataSize = 5
        var linker = Linker()
        try ConsoleHost(write: write).define(in: &linker)
        return try Instance(try Module(blob), linker: linker)
    }

    private func write(_ arguments: [UInt64], _ set: InstructionSet = .latest64) throws -> (Exit, Sink, TrapReason?) {
        let sink = Sink()
        let instance = try guest(set) { stream, bytes in
            switch stream {
            case .output: sink.output += bytes
            case .error: sink.error += bytes
            }
        }
        let exit = try instance.call("run", arguments)
        return (exit, sink, exit == .trap ? instance.trapReason : nil)
    }

    @Test func streams() throws {
        let (exit, sink, _) = try write([0x10000, 5, 1])
        #expect(exit == .finished)
        #expect(sink.output == Array("hello".utf8))
        #expect(sink.error.isEmpty)
        #expect(try write([0x10001, 2, 2]).1.error == Array("el".utf8))
        #expect(try write([0x10000, 5, 1], .latest32).1.output == Array("hello".utf8))
        // Nothing to write is nothing, wherever it is.
        #expect(try write([0, 0, 1]).0 == .finished)
    }

    @Test func badRequests() throws {
        func reason(_ arguments: [UInt64]) throws -> String? {
            let (exit, sink, reason) = try write(arguments)
            #expect(exit == .trap)
            #expect(sink.output.isEmpty)
            return reason?.description
        }
        #expect(
            try reason([0x10ffe, 5, 1]) == "pvm_console_write: 5 bytes at 0x10ffe are not all readable")
        #expect(
            try reason([0x1_0001_0000, 5, 1]) == "pvm_console_write: 5 bytes at 0x100010000 are not all readable")
        #expect(
            try reason([0x10000, .max, 1])
                == "pvm_console_write: 18446744073709551615 bytes at 0x10000 are not all readable")
        #expect(
            try reason([0x10000, 5, 3])
                == "pvm_console_write: stream 3 does not exist: 1 is output, 2 is error output")
    }

    private struct Broken: Error {}

    @Test func errorsOfTheSinkEndTheCall() throws {
        let instance = try guest { _, _ in throw Broken() }
        #expect(throws: Broken.self) { try instance.call("run", [0x10000, 5, 1]) }
        // The guest may still be run on.
        #expect(try instance.resume() == .finished)
    }
}
