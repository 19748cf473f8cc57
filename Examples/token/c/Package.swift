// swift-tools-version: 6.2
// A token contract for the PVM, in C.

import PackageDescription

let package = Package(
    name: "token",
    targets: [
        .executableTarget(name: "token", path: "Sources")
    ]
)
