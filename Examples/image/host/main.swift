// image-host: runs a guest that draws a picture, and writes the file that the guest hands over.

import Foundation
import PolkaBlob
import PolkaHost
import PolkaISA
import PolkaJIT
import PolkaVM

/// Says what is wrong and ends the process.
func fail(_ message: String, status: Int32 = 1) -> Never {
    FileHandle.standardError.write(Data("image-host: \(message)\n".utf8))
    exit(status)
}

var words = Array(CommandLine.arguments.dropFirst())
var backend = Backend.auto
if words.first == "--backend" {
    switch words.dropFirst().first {
    case "auto": break
    case "interpreter": backend = .interpreter
    case "compiler":
        if let reason = Backend.whyNoCompiler { fail(reason) }
        backend = .compiler
    case let other: fail("--backend: expected auto, interpreter or compiler, found '\(other ?? "")'", status: 64)
    }
    words.removeFirst(2)
}
guard words.count == 2 else {
    fail("usage: image-host [--backend auto|interpreter|compiler] BLOB PICTURE", status: 64)
}
let (blobPath, picturePath) = (words[0], words[1])

do {
    // A blob is the program in a file; a module is one that can run; an instance is a module with memory.
    let blob = try Blob(parsing: Array(Data(contentsOf: URL(filePath: blobPath))))
    let module = try Module(blob, engine: Engine(backend: backend))

    // What the guest may call. Arguments are numbers; bytes are read from where they point to.
    var linker = Linker()
    var byteCount = 0
    try linker.define("image_write") { context in
        let bytes = try context.bytes(at: context.argument(0), count: context.argument(1))
        // Atomically: whoever looks finds the old picture or the new one.
        do {
            try Data(bytes).write(to: URL(filePath: picturePath), options: .atomic)
        } catch {
            fail("\(picturePath): can not be written: \(error.localizedDescription)")
        }
        byteCount = bytes.count
        context.setResult(1)
    }
    try ConsoleHost { _, bytes in FileHandle.standardError.write(Data(bytes)) }.define(in: &linker)

    let instance = try Instance(module, linker: linker)
    let exit = try instance.call("render")
    guard exit == .finished else { fail("\(blobPath): the guest \(instance.description(of: exit))") }
    guard instance[.a0] != 0 else { fail("\(blobPath): the guest gave no picture") }
    print("\(picturePath): \(byteCount) bytes")
} catch {
    // Foundation's errors say more to people in this way, all others in that.
    fail("\(blobPath): \(error is CocoaError ? error.localizedDescription : "\(error)")")
}
