// swift-tools-version: 6.2
// Benchmarks are a package of their own, so that what they need never reaches users.

import PackageDescription

let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "pvm", path: ".."), .package(name: "plot", path: "Plot")],
    targets: [
        // Guests, times, tables: what all of them need.
        .target(
            name: "BenchmarkSupport", dependencies: [.product(name: "PolkaVM", package: "pvm")],
            swiftSettings: common),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "BenchmarkSupport", .product(name: "PolkaVM", package: "pvm"),
                .product(name: "PolkaRevive", package: "pvm"),
            ],
            path: "Sources/Benchmarks", swiftSettings: common),
        .executableTarget(
            name: "crossover",
            dependencies: [
                "BenchmarkSupport", .product(name: "CrossoverPlot", package: "plot"),
                .product(name: "PolkaVM", package: "pvm"),
            ],
            path: "Sources/Crossover", swiftSettings: common),
    ]
)
