// swift-tools-version: 6.2
// The picture of `make crossover`, from measured times to SVG. A package of its own, so that its tests build in seconds: the
// other benchmarks need the whole virtual machine.

import PackageDescription

let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "plot",
    products: [.library(name: "CrossoverPlot", targets: ["CrossoverPlot"])],
    targets: [
        .target(name: "CrossoverPlot", swiftSettings: common + [.strictMemorySafety()]),
        .testTarget(name: "CrossoverPlotTests", dependencies: ["CrossoverPlot"], swiftSettings: common),
    ]
)
