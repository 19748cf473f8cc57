// swift-tools-version: 6.2
// plugin: a guest that its host loads anew when its source changes. The host is in the package above, in ../Package.swift.

import PackageDescription

let package = Package(
    name: "plugin",
    targets: [
        .executableTarget(name: "plugin", path: "Sources")
    ]
)
