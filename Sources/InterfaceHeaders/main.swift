// `make headers`: reads the interfaces in Guest/hosts and writes the headers of Guest/include that are made from them.

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

guard CommandLine.arguments.count == 2 else {
    fail("expected one argument, the folder with 'hosts' and 'include'")
}
do {
    let guest = FilePath(CommandLine.arguments[1])
    let hosts = guest.appending("hosts")
    var interfaces: [HostInterface] = []
    for file in try Files.list(hosts) where file.hasSuffix(".json") {
        interfaces.append(try HostInterface(parsing: Files.read(hosts.appending(file)), file: file))
    }
    for header in CHeader.all(of: interfaces) {
        let path = guest.appending("include").appending(header.name)
        let bytes = Array(header.text.utf8)
        // Equal files keep their dates, so that nothing is built again.
        if let old = try? Files.read(path), old == bytes { continue }
        try Files.write(bytes, to: path)
        print("wrote \(path)")
    }
} catch {
    fail("\(error)")
}
