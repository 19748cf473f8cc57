// plugin-host: passes each line of its input to a guest, and loads the guest anew when its source has changed.

import Foundation
import PolkaJIT
import PolkaVM

func show(_ message: String) { FileHandle.standardError.write(Data("plugin-host: \(message)\n".utf8)) }

var words = Array(CommandLine.arguments.dropFirst())
var backend = Backend.auto
if words.first == "--backend" {
    switch words.dropFirst().first {
    case "auto": break
    case "interpreter": backend = .interpreter
    case "compiler":
        if let reason = Backend.whyNoCompiler {
            show(reason)
            exit(1)
        }
        backend = .compiler
    case let other:
        show("--backend: expected auto, interpreter or compiler, found '\(other ?? "")'")
        exit(64)
    }
    words.removeFirst(2)
}
// `pvm build` would take a folder of such a name for an option.
guard words.count == 1, !words[0].hasPrefix("-") else {
    show("usage: plugin-host [--backend auto|interpreter|compiler] FOLDER; lines come from standard input")
    exit(64)
}

let keeper = Keeper()
let builder = Builder(folder: words[0])
var guest: Guest?

/// Takes the guest that the sources are now; the old one stays as long as there is none.
@MainActor func update() {
    do {
        guard let blob = try builder.build() else { return }
        let isFirst = guest == nil
        guest = try Guest(blob: blob, backend: backend, keeper: keeper) { FileHandle.standardOutput.write(Data($0)) }
        if !isFirst { show("loaded the new guest") }
    } catch {
        show(guest == nil ? "there is no guest:\n\(error)" : "the old guest stays:\n\(error)")
    }
}

update()
while let line = readLine() {
    update()
    do {
        guard let guest else {
            show("nobody takes the line '\(line)'")
            continue
        }
        try guest.receive(line)
    } catch {
        show("\(error)")
    }
}
