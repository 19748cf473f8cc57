// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "attacker",
    targets: [
        .executableTarget(name: "attacker", path: "Sources")
    ]
)
