// swift-tools-version: 6.2
// nes: the processor of the NES in a small machine, an ordinary Swift package of one C target.

import PackageDescription

let package = Package(
    name: "nes",
    targets: [
        .executableTarget(name: "nes", path: "Sources")
    ]
)
