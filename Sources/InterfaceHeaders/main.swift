// `make headers`: reads the interfaces in Guest/hosts and writes what is made from them: the headers of Guest/include, and the
// tables that `pvm check` contains.

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

guard CommandLine.arguments.count == 3 else {
    fail("expected two arguments, the folder with 'hosts' and 'include', and the one of the tables in Swift")
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
    let tables = FilePath(CommandLine.arguments[2]).appending(SwiftTable.fileName)
    try write(SwiftTable.text(of: interfaces), to: tables)
} catch {
    fail("\(error)")
}
