// swift-tools-version: 6.2
// chess: counts the moves of chess, an ordinary Swift package of one C target.

import PackageDescription

let package = Package(
    name: "chess",
    targets: [
        .executableTarget(name: "chess", path: "Sources")
    ]
)
