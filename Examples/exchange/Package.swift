// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "exchange",
    targets: [
        .executableTarget(name: "exchange", path: "Sources")
    ]
)
