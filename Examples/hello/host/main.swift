// A host in ten lines.

import Foundation
import PolkaVM

do {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: "build/hello.polkavm")))
    var linker = Linker()
    try linker.define("host_add") { (a: UInt64, b: UInt64) in a &+ b }
    let instance = try linker.link(Module(bytes: bytes)).instantiate()
    let answer = try instance.invoke("answer", UInt64(20), returning: UInt64.self)
    print("the guest says \(answer)")
} catch {
    print("hello-host: \(error)")
    exit(1)
}
