// swift-tools-version: 6.2
// A guest with a dependency as it is published: swift-numerics, which has C code of its own.

import PackageDescription

let package = Package(
    name: "numerics",
    dependencies: [.package(url: "https://github.com/apple/swift-numerics", from: "1.1.1")],
    targets: [
        .executableTarget(name: "numerics", dependencies: [.product(name: "Numerics", package: "swift-numerics")])
    ]
)
