// swift-tools-version: 6.2
// Benchmarks are a package of their own, so that what they need never reaches users.

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "pvm", path: "..")],
    targets: [
        .executableTarget(
            name: "benchmarks",
            dependencies: [.product(name: "PolkaVM", package: "pvm")],
            path: "Sources/Benchmarks",
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
