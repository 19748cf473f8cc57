// swift-tools-version: 6.2
// hello: a guest with one function. Its host is in the package above, in ../Package.swift.

import PackageDescription

let package = Package(
    name: "hello",
    targets: [
        .executableTarget(name: "hello", path: "Sources")
    ]
)
