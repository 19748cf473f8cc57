// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "factory",
    targets: [
        .executableTarget(name: "factory", path: "Sources")
    ]
)
