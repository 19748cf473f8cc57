// Our own vectors: one small program per file in Tests/Vectors.

import FoundationEssentials
import PolkaCommands
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing

@Suite struct TextVectorTests {
    private static let folder = URL(filePath: #filePath).appending(path: "../../Vectors").standardizedFileURL

    private static let files: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()

    @Test(arguments: files, Backend.all)
    func vector(_ file: String, on backend: Backend) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: file))
        let vector = try TextVector(parsing: String(decoding: data, as: UTF8.self))
        #expect(try vector.run(on: Engine(backend: backend)) == .passed, "\(backend.name)")
    }

    /// The folder was found, and no instruction is without a vector.
    @Test func everyInstructionHasAVector() {
        let names = Set(Self.files)
        for opcode in Opcode.allCases { #expect(names.contains("\(opcode.mnemonic).txt")) }
    }

    @Test func badText() {
        func message(_ text: String) -> String {
            do {
                _ = try TextVector(parsing: text)
                return "none"
            } catch {
                return error.description
            }
        }
        #expect(message("isa latest64\ncode\n00\n") == "the last line must follow an `expect`")
        #expect(message("expect trap") == "no line `isa`")
        #expect(message("isa latest65") == "line 1: unknown kind 'latest65'")
        #expect(message("isa latest64\nregister a9 = 1") == "line 2: expected the name of a register and its value")
        #expect(message("isa latest64\ncode\n0g") == "line 3: '0g' is not a byte in hex")
        #expect(message("isa latest64\ncode\n*") != "none")
        #expect(message("isa latest64\nexpect to win") == "line 2: unknown exit 'to win'")
        #expect(message("isa latest64\ngas many") == "line 2: 'many' is not a number in \(Int64.min)...\(Int64.max)")
    }
}
