// What to say when a guest calls what nothing defines: often a host function whose declaration was forgotten.

import PolkaLinker
import SystemPackage

enum MissingSymbols {
    /// A link's errors, with the host functions that there are behind them if symbols are missing.
    static func explained(_ failure: LinkFailure, _ sdk: GuestSDK) -> String {
        let text = "\(failure)"
        let names = failure.errors.compactMap(\.undefinedSymbol)
        guard !names.isEmpty else { return text }
        var declarations: [(header: String, functions: [String])] = []
        for header in (try? Files.list(sdk.headers)) ?? [] where header.hasPrefix("pvm_") && header.hasSuffix(".h") {
            let functions = functions(declaredIn: (try? Files.readText(sdk.headers.appending(header))) ?? "")
            if !functions.isEmpty { declarations.append((header, functions)) }
        }
        var help: [String] = []
        for name in names {
            for (header, functions) in declarations where functions.contains(name) {
                help.append("help: '\(name)' is a host function: #include <\(header)>")
            }
        }
        if help.isEmpty {
            let console = declarations.first { $0.header == "pvm_console.h" }?.functions ?? []
            let others = declarations.map(\.header).filter { $0 != "pvm_console.h" }
            help = [
                "help: the host of 'pvm run' has \(console.joined(separator: ", ")) (<pvm_console.h>);"
                    + " other hosts' functions are in \(others.joined(separator: ", "))"
            ]
        }
        return ([text] + help).joined(separator: "\n")
    }

    /// The functions that a generated header declares: PVM_IMPORT(result, name, …) and its variants.
    private static func functions(declaredIn text: String) -> [String] {
        var functions: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "\nPVM_IMPORT") {
            rest = rest[start.upperBound...]
            guard let open = rest.firstIndex(of: "("), let end = rest.firstRange(of: ");")?.lowerBound, open < end
            else { break }
            let words = rest[rest.index(after: open)..<end].split(separator: ",").map { word in
                String(word.filter { !$0.isWhitespace && $0 != "*" })
            }
            // In front of the name: a number, a quoted symbol, the result's type, as the variant has them.
            let variant = rest[..<open]
            let position = 1 + (variant.hasPrefix("_INDEX") ? 1 : 0) + (variant.hasSuffix("_AS") ? 1 : 0)
            if position < words.count { functions.append(words[position]) }
        }
        return functions
    }
}
