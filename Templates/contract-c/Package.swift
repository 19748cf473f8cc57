// swift-tools-version: 6.2
// {{name}}: an ordinary Swift package, which `pvm build` and `swift build --swift-sdk pvm-revive -c release` build for the PVM.

import PackageDescription

let package = Package(
    name: "{{name}}",
    targets: [
        .executableTarget(name: "{{name}}", path: "Sources", exclude: ["token.abi"])
    ]
)
