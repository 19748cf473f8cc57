// swift-tools-version: 6.2
// Fibonacci numbers for the PVM, in C.

import PackageDescription

let package = Package(
    name: "fibonacci",
    targets: [
        .executableTarget(name: "fibonacci", path: "Sources")
    ]
)
