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

    /// Vectors besides `entry_…` that begin or go on where compiled code cannot: inside of blocks, at the end of the code.
    private static let entersElsewhere = ["ecalli_set_next.txt", "empty_code.txt", "page_fault_resumed.txt"]

    @Test(arguments: files)
    func vector(_ file: String) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: file))
        let text = String(decoding: data, as: UTF8.self)
        let vector = try TextVector(parsing: text)
        // Gas for each instruction every backend takes in the interpreter.
        let mayHaveHelp =
            file.hasPrefix("entry_") || file.hasPrefix("gas_per_instruction") || Self.entersElsewhere.contains(file)
        try expectPassOnAllBackends(file, mayHaveHelp: mayHaveHelp) { engine, observe in
            try vector.run(on: engine, observe: observe)
        }
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
