// swift-tools-version: 6.2
// c-host: the guest. Its host is host.c, which needs nothing but the C library.

import PackageDescription

let package = Package(
    name: "rooms",
    targets: [
        .executableTarget(name: "rooms", path: "Sources")
    ]
)
