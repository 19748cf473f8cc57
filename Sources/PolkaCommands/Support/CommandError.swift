// How a command fails, and with which exit code (cli.md).

import ArgumentParser

/// The documented exit codes of the tool.
package enum ExitStatus: Int32, Sendable {
    case success = 0
    case failure = 1
    case trap = 2
    case outOfGas = 3
    case pageFault = 4
    case missingImport = 5
    case violation = 6
    case usage = 64

    var code: ExitCode { ExitCode(rawValue) }
}

/// A message to the user that ends the command with exit code 1.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ message: String) { description = message }
}
