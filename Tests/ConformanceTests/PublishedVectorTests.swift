// The published JAM vectors, read from outside the package: `PVM_VECTORS`, else the folder beside the checkout.

import FoundationEssentials
import PolkaCommands
import PolkaJIT
import PolkaVM
import Testing

private enum Folder {
    static let environment = ProcessInfo.processInfo.environment

    static let root: URL =
        if let path = environment["PVM_VECTORS"] {
            URL(filePath: path, directoryHint: .isDirectory)
        } else {
            URL(filePath: #filePath).appending(path: "../../../../shared/vectors").standardizedFileURL
        }

    static let jam = root.appending(path: "jam-0.7")
    static let blockGas = root.appending(path: "block-gas")

    static func exists(_ folder: URL) -> Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func files(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().map { folder.appending(path: $0) }
    }
}

@Suite struct PublishedVectorTests {
    /// Without the files the suite is skipped on a developer's machine, and fails where it must not be skipped.
    @Test func vectorsArePresent() {
        guard !Folder.exists(Folder.jam) else { return }
        if Folder.environment["CI"] == "true" {
            Issue.record("no vectors at \(Folder.jam.path); set PVM_VECTORS to the folder that holds jam-0.7")
        } else {
            print("skipped: no vectors at \(Folder.jam.path); set PVM_VECTORS to the folder that holds jam-0.7")
        }
    }

    @Test(
        .enabled(if: Folder.exists(Folder.jam), "the published vectors are not here; set PVM_VECTORS"),
        arguments: Folder.files(in: Folder.jam))
    func jam(_ file: URL) throws {
        let vector = try VectorFile(parsing: Data(contentsOf: file))
        try expectPassOnAllBackends(vector.name) { engine, observe in try vector.run(on: engine, observe: observe) }
    }

    /// With the costs of their blocks.
    @Test(
        .enabled(if: Folder.exists(Folder.blockGas), "the published vectors are not here; set PVM_VECTORS"),
        arguments: Folder.files(in: Folder.blockGas))
    func blockGas(_ file: URL) throws {
        let vector = try VectorFile(parsing: Data(contentsOf: file))
        // After a fault in the middle of a block the interpreter goes on if registers are not what the code relied on.
        let goesOnInBlock = vector.name.hasSuffix("paging_in_the_middle_of_block")
        try expectPassOnAllBackends(vector.name, mayHaveHelp: goesOnInBlock) { engine, observe in
            try vector.run(on: engine, observe: observe)
        }
    }
}
