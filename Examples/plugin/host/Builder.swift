// Making blobs of a guest's sources: `pvm build` in a process of its own, which does nothing if nothing has changed.

import Foundation

/// Builds one guest again and again.
final class Builder {
    /// Why there is no blob, in the compiler's words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let folder: String
    private let output: URL
    private var lastBlob: [UInt8]?
    private var lastFailure: String?

    /// - Parameter folder: the guest's package.
    init(folder: String) {
        self.folder = folder
        // Beside what the guest's own builds leave: the host must know the name, and other products do not disturb it.
        output = URL(filePath: folder).appending(path: "build/plugin-host.polkavm")
    }

    /// Builds the guest.
    ///
    /// - Returns: its blob, nil if it is the same as before.
    /// - Throws: `Failure` when the build fails in another way than before.
    func build() throws -> [UInt8]? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["pvm", "build", folder, "-o", output.path]
        // The lines on standard input are for the guest.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let messages = Pipe()
        process.standardError = messages
        try process.run()
        let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            if text == lastFailure { return nil }
            lastFailure = text
            throw Failure(description: text)
        }
        lastFailure = nil
        let blob = try Array(Data(contentsOf: output))
        if blob == lastBlob { return nil }
        lastBlob = blob
        return blob
    }
}
