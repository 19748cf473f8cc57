// swift-tools-version: 6.2
// image: the guest that draws the picture. Its host is in the package above, in ../Package.swift.

import PackageDescription

let package = Package(
    name: "image",
    targets: [
        .executableTarget(name: "image", path: "Sources")
    ]
)
