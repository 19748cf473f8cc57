// What a project says of itself: pvm.json beside its sources, if it has one.
//
//     {"target": "revive", "contracts": {"token": "../token"}}

import FoundationEssentials
import PolkaJSON
package import SystemPackage

/// The contents of a project's pvm.json.
package struct ProjectSettings: Sendable, Equatable {
    /// The target that is built for where nothing else is said.
    package var target: BuildOptions.Target = .polkavm
    /// Programs of other projects that this one's tests deploy, by the names that the tests know: folders or .polkavm files.
    package var contracts: [String: FilePath] = [:]

    package static let fileName = "pvm.json"

    /// Of a project without the file.
    package init() {}

    /// Reads the file in a project's folder; without one, all is as usual.
    ///
    /// - Throws: `BuildError.badSettings`.
    package init(of folder: FilePath) throws {
        let path = folder.appending(Self.fileName)
        guard Files.exists(path) else { return }
        let bytes = try Files.read(path)
        // The decoder does not tell where a text is no JSON.
        do throws(JSONSyntaxError) { _ = try JSONParser.parse(bytes) } catch {
            let before = bytes.prefix(error.offset)
            let line = before.count { $0 == 0x0a } + 1
            let column = before.reversed().prefix { $0 != 0x0a }.count + 1
            throw BuildError.badSettings(
                path: "\(path):\(line):\(column)", reason: "expected \(error.expected), found \(error.found)")
        }
        do {
            let contents = try JSONDecoder().decode(Contents.self, from: Data(bytes))
            if let target = contents.target { self.target = target }
            for (name, place) in contents.contracts {
                let relative = FilePath(place)
                contracts[name] = relative.isAbsolute ? relative : folder.pushing(relative)
            }
        } catch let problem as Problem {
            throw BuildError.badSettings(path: path.string, reason: problem.text)
        } catch let error as DecodingError {
            throw BuildError.badSettings(path: path.string, reason: Self.explained(error))
        }
    }

    private static func explained(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
            let place = context.codingPath.map { $0.stringValue }.joined(separator: ".")
            return (place.isEmpty ? "" : "'\(place)': ") + context.debugDescription
        case .dataCorrupted(let context): return context.debugDescription
        @unknown default: return "\(error)"
        }
    }

    private struct Problem: Error {
        let text: String
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct Contents: Decodable {
        var target: BuildOptions.Target?
        var contracts: [String: String] = [:]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys {
                switch key.stringValue {
                case "target":
                    let name = try container.decode(String.self, forKey: key)
                    guard let target = BuildOptions.Target(rawValue: name) else {
                        let known = BuildOptions.Target.allCases.map(\.rawValue).joined(separator: ", ")
                        throw Problem(text: "'target': expected one of \(known), found '\(name)'")
                    }
                    self.target = target
                case "contracts": contracts = try container.decode([String: String].self, forKey: key)
                default:
                    throw Problem(text: "unknown key '\(key.stringValue)'; there are 'target' and 'contracts'")
                }
            }
        }
    }
}
