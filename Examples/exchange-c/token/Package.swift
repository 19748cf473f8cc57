// swift-tools-version: 6.2
// A token for the tests of the exchange: the one of `pvm new --language c contract`.

import PackageDescription

let package = Package(
    name: "token",
    targets: [
        .executableTarget(name: "token", path: "Sources", exclude: ["token.abi"])
    ]
)
