// swift-tools-version: 6.2
// A guest of three targets in two languages, one of them with a setting of its own, and no dependencies.

import PackageDescription

let package = Package(
    name: "mixed",
    targets: [
        .target(name: "CDigest"),
        .target(
            name: "Varint", dependencies: ["CDigest"], swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
        .executableTarget(name: "mixed", dependencies: ["Varint", "CDigest"]),
    ]
)
