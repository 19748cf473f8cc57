// swift-tools-version: 6.2
// Doom as a guest. The engine is not part of this project: `./fetch` puts it into Sources/engine (README.md).

import PackageDescription

/// As its authors build it for Unix.
///
/// Its warnings are theirs, and so is reading the same memory as different types.
let engine: [CSetting] = [
    .define("NORMALUNIX"), .define("LINUX"), .define("__unix__"), .unsafeFlags(["-w", "-fno-strict-aliasing"]),
]

let package = Package(
    name: "doom",
    targets: [
        .target(name: "engine", publicHeadersPath: ".", cSettings: engine),
        .executableTarget(name: "doom", dependencies: ["engine"]),
    ]
)
