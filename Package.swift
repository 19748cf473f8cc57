// swift-tools-version: 6.2
// The targets, and which may import which. Data flows one way:
// sources -> ELF -> linked program -> blob -> module -> run (CONTRIBUTING.md draws it).

import PackageDescription

/// Settings of every Swift target: language mode 6, every import and existential spelled out, no warning tolerated.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Targets that parse hostile bytes contain no unsafe construct at all.
let parser = common + [.strictMemorySafety()]

let package = Package(
    name: "pvm",
    products: [
        .executable(name: "pvm", targets: ["pvm"]),
        .library(name: "PolkaVM", targets: ["PolkaISA", "PolkaBlob", "PolkaVM", "PolkaJIT", "PolkaHost"]),
        .library(name: "PolkaRevive", targets: ["PolkaABI", "PolkaAccounts", "PolkaRevive"]),
        // What toolchain/install-library makes libpvm of.
        .library(name: "PolkaCAPI", type: .static, targets: ["PolkaCAPI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        // What `pvm dev` serves with; the four below are what hummingbird's own interface consists of.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The instruction set and the formats: no dependency on anything.
        .target(name: "PolkaISA", swiftSettings: parser + [.enableExperimentalFeature("Lifetimes")]),
        .target(name: "PolkaBlob", dependencies: ["PolkaISA"], swiftSettings: parser),
        .target(name: "PolkaAsm", dependencies: ["PolkaISA", "PolkaBlob"], swiftSettings: parser),

        // ELF in, blob out.
        .systemLibrary(name: "CElf", pkgConfig: "libelf", providers: [.apt(["libelf-dev"])]),
        .target(name: "RISCVELF", dependencies: ["CElf"], swiftSettings: parser),
        .systemLibrary(name: "CSwiftRuntime"),
        .target(
            name: "DWARFReader", dependencies: ["PolkaBlob", "RISCVELF", "CSwiftRuntime"], swiftSettings: parser),
        .target(
            name: "PolkaLinker", dependencies: ["PolkaISA", "PolkaBlob", "RISCVELF", "DWARFReader"],
            swiftSettings: parser),

        // Blob in, exit out.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "CPolkaSystem", dependencies: ["CSodium"]),
        .target(name: "PolkaVM", dependencies: ["PolkaISA", "PolkaBlob", "CPolkaSystem"], swiftSettings: common),
        .target(name: "PolkaHost", dependencies: ["PolkaISA", "PolkaBlob", "PolkaVM"], swiftSettings: common),

        // JSON with the places of its values: no dependency on anything.
        .target(name: "PolkaJSON", swiftSettings: parser),

        // Numbers, addresses, hashes and call data as contracts and Ethereum's tools have them.
        .target(name: "PolkaABI", dependencies: ["PolkaJSON"], swiftSettings: common),
        // Interfaces of contracts to C.
        .target(name: "ContractCode", dependencies: ["PolkaABI"], swiftSettings: common),

        // Chains at home: contracts of revive, services of JAM.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "PolkaRevive",
            dependencies: [
                "PolkaISA", "PolkaBlob", "PolkaABI", "PolkaAccounts", "PolkaCheck", "PolkaVM", "PolkaHost", "CSodium",
                "CSQLite",
            ],
            swiftSettings: common),
        .target(
            name: "PolkaJAM",
            dependencies: ["PolkaISA", "PolkaBlob", "PolkaVM", "PolkaHost", "PolkaABI", "PolkaJSON"],
            swiftSettings: common),

        // Keys and signatures of Ethereum, and the accounts that everybody knows the keys of.
        .systemLibrary(name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .target(name: "PolkaAccounts", dependencies: ["CSecp256k1", "PolkaABI"], swiftSettings: common),

        // The chain at home as Ethereum's tools talk to it: transactions, JSON-RPC, HTTP.
        .target(
            name: "PolkaNode",
            dependencies: [
                "PolkaABI", "PolkaAccounts", "PolkaJSON", "PolkaBlob", "PolkaRevive",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common),

        // A program against the rules of the place where it shall go, and where its bytes are: needs nothing but formats.
        .target(name: "PolkaCheck", dependencies: ["PolkaISA", "PolkaBlob"], swiftSettings: parser),

        // What hosts offer, as data, and the C headers made from it: a developer's tool.
        .target(name: "PolkaInterface", dependencies: ["PolkaJSON"], swiftSettings: parser),
        .executableTarget(
            name: "pvm-headers",
            dependencies: [
                "PolkaInterface", "PolkaBuild", .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/InterfaceHeaders", swiftSettings: common),

        // The compiler backend, over an assembler that knows nothing of PolkaVM.
        .target(name: "CX86Features"),
        .target(name: "X86Assembler", dependencies: ["CX86Features"], swiftSettings: common),
        .target(
            name: "PolkaJIT", dependencies: ["PolkaISA", "PolkaBlob", "PolkaVM", "X86Assembler", "CPolkaSystem"],
            swiftSettings: common),

        // The virtual machine for C: the header, and what is behind it.
        .target(name: "CPolkaVM"),
        .target(
            name: "PolkaCAPI",
            dependencies: ["CPolkaVM", "PolkaISA", "PolkaBlob", "PolkaVM", "PolkaHost", "PolkaJIT"],
            swiftSettings: common),

        // What the user touches.
        .target(
            name: "PolkaBuild",
            dependencies: [
                "PolkaISA", "PolkaBlob", "RISCVELF", "PolkaLinker", "PolkaCheck", "PolkaJSON", "PolkaABI",
                "ContractCode",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .target(
            name: "PolkaCommands",
            dependencies: [
                "PolkaISA", "PolkaBlob", "PolkaAsm", "RISCVELF", "PolkaLinker", "PolkaVM", "PolkaJIT", "PolkaHost",
                "PolkaBuild", "PolkaCheck", "PolkaABI", "PolkaAccounts", "PolkaRevive", "PolkaNode", "PolkaJAM",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .executableTarget(name: "pvm", dependencies: ["PolkaCommands"], swiftSettings: common),

        // What several test targets need.
        .target(
            name: "TestSupport", dependencies: ["PolkaISA", "PolkaVM", "RISCVELF"], path: "Tests/TestSupport",
            swiftSettings: common),
        .testTarget(
            name: "PolkaABITests", dependencies: ["PolkaABI"],
            // Tables and the script that makes them.
            exclude: ["Vectors"], swiftSettings: common),
        .testTarget(
            name: "PolkaJAMTests",
            dependencies: ["PolkaISA", "PolkaBlob", "PolkaVM", "PolkaHost", "PolkaABI", "PolkaJIT", "PolkaJAM"],
            // The independent source of expected bytes.
            exclude: ["vectors.py"], swiftSettings: common),
        .testTarget(
            name: "ContractCodeTests",
            dependencies: [
                "ContractCode", "PolkaABI", "PolkaBlob", "PolkaBuild", "PolkaLinker", "PolkaRevive", "PolkaVM",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Vectors"], swiftSettings: common),
        .testTarget(name: "PolkaISATests", dependencies: ["PolkaISA"], swiftSettings: common),
        .testTarget(
            name: "PolkaBlobTests", dependencies: ["PolkaISA", "PolkaBlob", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "PolkaCheckTests", dependencies: ["PolkaISA", "PolkaBlob", "PolkaAsm", "PolkaCheck", "TestSupport"],
            swiftSettings: common),
        .testTarget(name: "RISCVELFTests", dependencies: ["RISCVELF", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "DWARFReaderTests", dependencies: ["DWARFReader", "PolkaBlob", "RISCVELF", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "PolkaLinkerTests",
            dependencies: [
                "PolkaISA", "PolkaBlob", "PolkaAsm", "RISCVELF", "PolkaLinker", "PolkaVM", "PolkaJIT", "TestSupport",
            ],
            swiftSettings: common),
        .testTarget(
            name: "PolkaVMTests",
            dependencies: ["PolkaISA", "PolkaBlob", "PolkaAsm", "PolkaVM", "PolkaJIT", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "X86AssemblerTests",
            dependencies: [
                "X86Assembler",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "PolkaHostTests", dependencies: ["PolkaISA", "PolkaBlob", "PolkaVM", "PolkaHost"],
            swiftSettings: common),
        .testTarget(
            name: "PolkaReviveTests",
            dependencies: [
                "PolkaISA", "PolkaBlob", "PolkaAsm", "PolkaABI", "PolkaVM", "PolkaJIT", "PolkaRevive", "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "PolkaCAPITests",
            dependencies: [
                "CPolkaVM", "PolkaCAPI", "PolkaAsm", "PolkaBlob", "PolkaBuild", "PolkaCommands",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            // C, which is compiled against the library as it is installed.
            exclude: ["Program"], swiftSettings: common),
        .testTarget(
            name: "PolkaInterfaceTests",
            dependencies: [
                "PolkaInterface", "PolkaISA", "PolkaBlob", "RISCVELF", "PolkaLinker", "PolkaVM", "PolkaBuild",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "PolkaNodeTests",
            dependencies: [
                "PolkaABI", "PolkaAccounts", "PolkaBlob", "PolkaAsm", "PolkaVM", "PolkaJIT", "PolkaRevive", "PolkaNode",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            exclude: ["generate_vectors.py", "token.s", "Vectors"], swiftSettings: common),
        .testTarget(
            name: "ContractTests",
            dependencies: [
                "PolkaABI", "PolkaBlob", "PolkaBuild", "PolkaJIT", "PolkaLinker", "PolkaRevive", "PolkaVM",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            // Contracts, which the tests build, and tables with the script that makes them.
            exclude: ["Guests", "Vectors"], swiftSettings: common),
        .testTarget(
            name: "ChainTests",
            dependencies: [
                "PolkaISA", "PolkaBlob", "RISCVELF", "PolkaLinker", "PolkaVM", "PolkaJIT", "PolkaHost", "PolkaBuild",
                "PolkaCheck", "TestSupport",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "pvm", "PolkaISA", "PolkaBlob", "PolkaBuild", "RISCVELF",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["dev_client.py"], swiftSettings: common),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "pvm", "PolkaBuild", "TestSupport",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "DifferentialTests",
            dependencies: [
                "PolkaISA", "PolkaBlob", "PolkaVM", "PolkaJIT", "X86Assembler", "PolkaBuild", "PolkaCommands",
                "CPolkaSystem", "TestSupport",
            ],
            swiftSettings: common),
        .testTarget(
            name: "PolkaAsmTests", dependencies: ["PolkaISA", "PolkaBlob", "PolkaAsm", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["PolkaISA", "PolkaBlob", "PolkaVM", "PolkaJIT", "PolkaCommands", "TestSupport"],
            swiftSettings: common),
    ]
)
