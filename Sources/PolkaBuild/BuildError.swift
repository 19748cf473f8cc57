// Why a project could not be built, said with the way out.

import SystemPackage

/// A build that failed.
package enum BuildError: Error, CustomStringConvertible {
    /// A program that building needs is not there.
    case missingTool(name: String, purpose: String)
    /// A part of the tool's own installation is not there.
    case missingInstallation(searched: [String])
    case missingPart(path: String, remedy: String)
    /// A compiler or ld said no; what it said has been passed on.
    case toolFailed(tool: String, status: String, output: String)
    /// The post-linker said no.
    case linkFailed(String)
    /// SwiftPM said no.
    case packageFailed(String)
    case notAProject(path: String, reason: String)
    /// What a project says of itself makes no sense.
    case badSettings(path: String, reason: String)
    /// The interface of a contract makes no sense.
    case badInterface(place: String, problem: String)
    case unknownSource(path: String)
    case badName(String, reason: String)
    case alreadyExists(String)

    package var description: String {
        switch self {
        case .missingTool(let name, let purpose):
            "\(name) not found; it \(purpose) and comes with the Swift 6.3 toolchain: put the toolchain's bin folder into PATH,"
                + " or run 'pvm doctor'"
        case .missingInstallation(let searched):
            "the guest SDK (the folders Guest and toolchain of pvm) was not found; looked in \(searched.joined(separator: ", "));"
                + " set PVM_HOME to the folder that has them"
        case .missingPart(let path, let remedy):
            "\(path) is missing; \(remedy)"
        case .toolFailed(let tool, let status, let output):
            "\(tool) failed (\(status))" + (output.isEmpty ? "" : "\n\(CompilerMessages.explained(output))")
        case .linkFailed(let text):
            text
        case .packageFailed(let output):
            "swift build failed\n\(CompilerMessages.explained(output))"
        case .notAProject(let path, let reason):
            "\(path): not a project: \(reason)"
        case .badSettings(let path, let reason):
            "\(path): \(reason)"
        case .badInterface(let place, let problem):
            "\(place): \(problem)"
        case .unknownSource(let path):
            "\(path): can not be compiled; expected a file that ends in .c, .swift or .S"
        case .badName(let name, let reason):
            "'\(name)' can not be a project name: \(reason)"
        case .alreadyExists(let path):
            "\(path) already exists; choose another name or remove it first"
        }
    }
}
