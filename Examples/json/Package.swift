// swift-tools-version: 6.2
// Checks and indents JSON, for the PVM, in Embedded Swift.

import PackageDescription

let package = Package(
    name: "json",
    targets: [
        .executableTarget(name: "json", path: "Sources")
    ]
)
