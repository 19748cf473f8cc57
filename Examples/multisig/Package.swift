// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "multisig",
    targets: [
        .executableTarget(name: "multisig", path: "Sources")
    ]
)
