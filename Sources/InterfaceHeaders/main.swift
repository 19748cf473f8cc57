// `make headers`: reads the interfaces in Guest/hosts and writes what is made from them: the headers of Guest/include, the
// functions in the modules of Guest/Swift, the tables that `pvm check` contains, what lies between guests and the hosts
// that answer them, and the pages of the documentation.

import PolkaBuild
import PolkaInterface
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func fail(_ message: String) -> Never {
    _ = try? FileDescriptor.standardError.writeAll("error: \(message)\n".utf8)
    exit(1)
}

func write(_ text: String, to path: FilePath) throws {
    let bytes = Array(text.utf8)
    // Equal files keep their dates, so that nothing is built again.
    if let old = try? Files.read(path), old == bytes { return }
    try Files.write(bytes, to: path)
    print("wrote \(path)")
}

guard CommandLine.arguments.count == 4 else {
    fail("expected three folders: the one with 'hosts' and 'include', the targets of the package, the pages")
}
do {
    let guest = FilePath(CommandLine.arguments[1])
    let hosts = guest.appending("hosts")
    var interfaces: [HostInterface] = []
    for file in try Files.list(hosts) where file.hasSuffix(".json") {
        interfaces.append(try HostInterface(parsing: Files.read(hosts.appending(file)), file: file))
    }
    for header in CHeader.all(of: interfaces) {
        try write(header.text, to: guest.appending("include").appending(header.name))
    }
    for module in SwiftModule.all(of: interfaces) {
        let folder = guest.appending("Swift").appending(module.name)
        try Files.makeFolder(folder)
        try write(module.text, to: folder.appending(module.fileName))
    }
    let sources = FilePath(CommandLine.arguments[2])
    try write(SwiftTable.text(of: interfaces), to: sources.appending("PolkaCheck").appending(SwiftTable.fileName))
    for file in HostDispatch.all(of: interfaces) { try write(file.text, to: sources.appending(file.path)) }
    let pages = FilePath(CommandLine.arguments[3])
    try Files.makeFolder(pages)
    for page in ReferencePage.all(of: interfaces) { try write(page.text, to: pages.appending(page.name)) }
} catch {
    fail("\(error)")
}
