// swift-tools-version: 6.2
// A guest with a dependency as it is published: swift-collections, module by module.

import PackageDescription

let package = Package(
    name: "collections",
    dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
    targets: [
        .executableTarget(
            name: "collections",
            dependencies: [
                .product(name: "BitCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ])
    ]
)
