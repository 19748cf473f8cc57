// swift-tools-version: 6.2
// An exchange of two tokens, in C.

import PackageDescription

let package = Package(
    name: "exchange",
    targets: [
        .executableTarget(name: "exchange", path: "Sources", exclude: ["exchange.abi", "erc20.abi"])
    ]
)
