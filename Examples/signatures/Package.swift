// swift-tools-version: 6.2
// signatures: a JAM service that verifies Ed25519 signatures off-chain and counts messages on chain.

import PackageDescription

let package = Package(
    name: "signatures",
    targets: [
        .executableTarget(name: "signatures", path: "Sources")
    ]
)
