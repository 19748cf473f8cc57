// New projects from the folders in Templates, one for each kind and language.

package import SystemPackage

/// A project to begin with.
package struct Template: Sendable {
    package enum Kind: String, Sendable, CaseIterable { case program, contract, service, library }
    package enum Language: String, Sendable, CaseIterable { case swift, c }

    package let kind: Kind
    package let language: Language

    package init(_ kind: Kind, _ language: Language) {
        self.kind = kind
        self.language = language
    }

    private var folderName: String { "\(kind.rawValue)-\(language.rawValue)" }

    /// What stands for the project's name in the files of a template, and for what Swift calls a module of that name.
    private static let namePlaceholder = "{{name}}"
    private static let modulePlaceholder = "{{module}}"

    /// Words that can not be the name of a module, or that are taken.
    private static let reservedNames: Set<String> = [
        "Swift", "PVM", "PVMMacros", "Synchronization", "Builtin", "example", "as", "associatedtype", "break", "case",
        "catch",
        "class", "continue", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
        "for",
        "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil", "operator", "private",
        "protocol", "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super",
        "switch",
        "throw", "throws", "true", "try", "typealias", "var", "where", "while",
    ]

    /// Whether the installation has the template.
    package func isAvailable(in installation: Installation) -> Bool {
        FileKind.of(installation.templates.appending(folderName)) == .directory
    }

    /// Makes a project folder; nothing of it is left if that fails.
    ///
    /// - Returns: the files of the project, relative to its folder.
    package func instantiate(
        at folder: FilePath, _ installation: Installation
    ) throws -> [String] {
        let name = folder.lastComponent?.string ?? ""
        try Self.check(name: name)
        if Files.exists(folder) { throw BuildError.alreadyExists(folder.string) }
        let source = installation.templates.appending(folderName)
        guard FileKind.of(source) == .directory else {
            throw BuildError.missingPart(
                path: source.string, remedy: "there is no template '\(kind.rawValue)' for '\(language.rawValue)' yet")
        }
        do {
            let files = try Files.listRecursively(source)
            for file in files {
                let text = try Files.readText(source.appending(file))
                let target = folder.appending(file)
                try Files.makeFolder(target.removingLastComponent())
                let named = Self.replace(Self.namePlaceholder, by: name, in: text)
                let module = String(name.map { $0 == "-" ? "_" : $0 })
                let finished = Self.replace(Self.modulePlaceholder, by: module, in: named)
                try Files.write(Array(finished.utf8), to: target)
            }
            return files
        } catch {
            Files.removeFolder(folder)
            throw error
        }
    }

    /// Names become file names, and words in messages and code.
    private static func check(name: String) throws {
        guard let first = name.first else { throw BuildError.badName(name, reason: "it is empty") }
        guard first.isASCII && first.isLetter else {
            throw BuildError.badName(name, reason: "it must start with a letter of the Latin alphabet")
        }
        if let bad = name.first(where: { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" && $0 != "_" }) {
            throw BuildError.badName(name, reason: "'\(bad)' is not allowed; use letters, digits, '-' and '_'")
        }
        if reservedNames.contains(name) { throw BuildError.badName(name, reason: "Swift has another use for the word") }
    }

    private static func replace(_ placeholder: String, by name: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: placeholder) {
            result += rest[..<range.lowerBound] + name
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
