// swift-tools-version: 6.2
// {{name}}: a library for PVM guests, and a guest that shows and tests it.

import PackageDescription

let package = Package(
    name: "{{name}}",
    products: [
        .library(name: "{{name}}", targets: ["{{name}}"])
    ],
    targets: [
        .target(name: "{{name}}", path: "Sources/Library"),
        .executableTarget(name: "example", dependencies: ["{{name}}"], path: "Sources/Example"),
    ]
)
