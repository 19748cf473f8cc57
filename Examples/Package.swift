// swift-tools-version: 6.2
// The hosts among the examples: programs that run guests on the virtual machine. One package, so that the machine is compiled
// once; the guests are packages of their own, which `pvm build` builds.

import PackageDescription

let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "pvm-examples",
    dependencies: [
        .package(name: "pvm", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // A host in ten lines.
        .executableTarget(
            name: "hello-host", dependencies: [.product(name: "PolkaVM", package: "pvm")], path: "hello/host",
            swiftSettings: common),
        // A guest draws a picture, the host writes it.
        .executableTarget(
            name: "image-host", dependencies: [.product(name: "PolkaVM", package: "pvm")], path: "image/host",
            swiftSettings: common),
        // A guest that is replaced whenever its source changes.
        .executableTarget(
            name: "plugin-host", dependencies: [.product(name: "PolkaVM", package: "pvm")], path: "plugin/host",
            swiftSettings: common),
        // Ten thousand guests that take turns.
        .executableTarget(
            name: "scheduler-host", dependencies: [.product(name: "PolkaVM", package: "pvm")], path: "scheduler/host",
            swiftSettings: common),

        // Doom: the game's host as a library, and the program that plays it.
        .systemLibrary(name: "CSDL2", path: "doom-host/Sources/CSDL2"),
        .systemLibrary(name: "CPNG", path: "doom-host/Sources/CPNG"),
        .target(
            name: "DoomHost",
            dependencies: [
                "CPNG", .product(name: "PolkaVM", package: "pvm"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "doom-host/Sources/DoomHost", swiftSettings: common),
        .executableTarget(
            name: "pvm-doom",
            dependencies: [
                "DoomHost", "CSDL2", .product(name: "PolkaVM", package: "pvm"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "doom-host/Sources/pvm-doom", swiftSettings: common),
        .testTarget(
            name: "DoomTests",
            dependencies: [
                "DoomHost", "pvm-doom", "CPNG", .product(name: "PolkaVM", package: "pvm"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "doom-host/Tests", swiftSettings: common),
    ]
)
