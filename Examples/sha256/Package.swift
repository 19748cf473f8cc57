// swift-tools-version: 6.2
// Hashes what it is given, for the PVM, in C.

import PackageDescription

let package = Package(
    name: "sha256",
    targets: [
        .executableTarget(name: "sha256", path: "Sources")
    ]
)
