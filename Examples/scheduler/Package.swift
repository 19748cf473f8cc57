// swift-tools-version: 6.2
// scheduler: the guest that ten thousand run of. Its host is in the package above, in ../Package.swift.

import PackageDescription

let package = Package(
    name: "scheduler",
    targets: [
        .executableTarget(name: "scheduler", path: "Sources")
    ]
)
