// What to say where a program's functions have no names, or not their own.

import PolkaBuild
import PolkaCheck
import SystemPackage

enum NameHint {
    /// Where names are from and what would give better ones; nil if there are none better.
    static func text(_ source: SymbolNames.Source, _ program: String) -> String? {
        let known =
            switch source {
            case .map: ""
            case .nothing: "nothing names functions and variables"
            case .debugInformation: "functions are named by debug information, and nothing names variables"
            case .exports: "only exports are known: code behind one counts as its"
            }
        if known.isEmpty { return nil }
        let path = ProgramFile.mapPath(of: program)
        let other = Files.exists(FilePath(path)) ? " (what is there is of another program)" : ""
        return
            "\(known); a link map of this program at \(path)\(other), as 'pvm build' and 'pvm link --map' leave it, names all"
    }
}
