// The headers are those that the files of Guest/hosts make, and C compilers take them.

import PolkaBuild
import PolkaInterface
import SystemPackage
import Testing

@Suite struct HeaderTests {
    static let names = [
        "pvm_console.h", "pvm_host.h", "pvm_jam.h", "pvm_jam_0_7_2.h", "pvm_jam_0_8_0.h", "pvm_jam_test.h",
        "pvm_revive.h", "pvm_revive_test.h",
    ]

    @Test func checkedInHeadersAreUpToDate() throws {
        let headers = CHeader.all(of: try Package.interfaces())
        #expect(headers.map(\.name).sorted() == Self.names)
        for header in headers {
            let checkedIn = try Files.readText(Package.headers.appending(header.name))
            #expect(checkedIn == header.text, "\(header.name) is not what Guest/hosts says: run 'make headers'")
        }
        // A header of an interface that is gone would stay.
        for file in try Files.list(Package.headers) where !Self.names.contains(file) {
            let text = try Files.readText(Package.headers.appending(file))
            #expect(!text.contains("by `make headers`"), "\(file) has no interface any more: remove it")
        }
    }

    /// What `pvm check` contains is what the interfaces say.
    @Test func checkedInTablesAreUpToDate() throws {
        let file = Package.root.appending("Sources/PolkaCheck").appending(SwiftTable.fileName)
        let text = SwiftTable.text(of: try Package.interfaces())
        #expect(try Files.readText(file) == text, "\(file) is not what Guest/hosts says: run 'make headers'")
    }

    /// What hosts answer is what the interfaces say.
    @Test func checkedInDispatchIsUpToDate() throws {
        let files = HostDispatch.all(of: try Package.interfaces())
        #expect(!files.isEmpty)
        for file in files {
            let checkedIn = try Files.readText(Package.root.appending("Sources").appending(file.path))
            #expect(checkedIn == file.text, "\(file.path) is not what Guest/hosts says: run 'make headers'")
        }
    }

    /// What guests in Swift import is what the interfaces say.
    @Test func checkedInModulesAreUpToDate() throws {
        let modules = SwiftModule.all(of: try Package.interfaces())
        #expect(modules.map(\.name) == ["JAM", "JAMTest", "Revive", "ReviveTest"])
        for module in modules {
            let file = Package.root.appending("Guest/Swift").appending(module.name).appending(module.fileName)
            #expect(try Files.readText(file) == module.text, "\(file) is not what Guest/hosts says: run 'make headers'")
        }
    }

    /// What the documentation says is what the interfaces say.
    @Test func checkedInPagesAreUpToDate() throws {
        for page in ReferencePage.all(of: try Package.interfaces()) {
            let checkedIn = try Files.readText(Package.root.appending("Documentation/hosts").appending(page.name))
            #expect(checkedIn == page.text, "\(page.name) is not what Guest/hosts says: run 'make headers'")
        }
    }

    /// Alone, before pvm.h and behind it, with a console and without.
    @Test(arguments: names, Workshop.Machine.allCases)
    func compiles(_ header: String, for machine: Workshop.Machine) async throws {
        let workshop = try Workshop()
        let sources = [
            "#include <\(header)>\nint used;",
            "#include <pvm.h>\n#include <\(header)>\n#include <\(header)>\nint used;",
            "#include <\(header)>\n#include <pvm.h>\nvoid used(int x) { PVM_ASSERT(x > 0); }",
        ]
        for source in sources {
            for flags in [[], ["-DPVM_CONSOLE=0"], ["-DPVM_CONSOLE=1"]] {
                let output = try await workshop.compile(source, for: machine, flags: flags)
                #expect(output.succeeded, "\(flags): \(output.standardError)")
            }
        }
    }

    /// Beside the C library of the machine, whose names are not ours.
    @Test func compilesBesideTheLibrary() async throws {
        for header in ["pvm_jam.h", "pvm_revive.h"] {
            let source = """
                #include <math.h>
                #include <stdio.h>
                #include <unistd.h>
                #include <\(header)>
                int used;
                """
            let output = try await Workshop().compile(source, for: .native, headerOption: "-idirafter")
            #expect(output.succeeded, "\(output.standardError)")
        }
    }

    @Test(arguments: [
        ("pvm_jam.h", [], 702), ("pvm_jam.h", ["-DPVM_JAM_VERSION=702"], 702),
        ("pvm_jam.h", ["-DPVM_JAM_VERSION=800"], 800), ("pvm_host.h", ["-DPVM_TARGET_JAM"], 702),
        ("pvm_host.h", ["-DPVM_TARGET_JAM", "-DPVM_JAM_VERSION=800"], 800),
    ])
    func choosesTheVersion(_ header: String, _ flags: [String], _ version: Int) async throws {
        let source = "#include <\(header)>\n_Static_assert(JAM_VERSION == \(version), \"\");"
        let output = try await Workshop().compile(source, for: .guest, flags: flags)
        #expect(output.succeeded, "\(output.standardError)")
    }

    @Test(arguments: [
        ([], "PVM_CONSOLE_OUTPUT == 1"), (["-DPVM_TARGET_POLKAVM"], "PVM_CONSOLE_ERROR == 2"),
        (["-DPVM_TARGET_REVIVE"], "REVIVE_RETURN_REVERT == 1"),
    ])
    func choosesTheHost(_ flags: [String], _ fact: String) async throws {
        let source = "#include <pvm_host.h>\n_Static_assert(\(fact), \"\");"
        let output = try await Workshop().compile(source, for: .guest, flags: flags)
        #expect(output.succeeded, "\(output.standardError)")
    }

    @Test(arguments: [
        ("#include <pvm_jam.h>", ["-DPVM_JAM_VERSION=7"], "PVM_JAM_VERSION must be one of: 702 is 0.7.2, 800 is 0.8.0"),
        ("#include <pvm_jam_0_7_2.h>\n#include <pvm_jam_0_8_0.h>", [], "one version of jam at a time"),
        ("#include <pvm_host.h>", ["-DPVM_TARGET_JAM", "-DPVM_TARGET_REVIVE"], "one target at a time"),
    ])
    func refuses(_ source: String, _ flags: [String], _ message: String) async throws {
        let output = try await Workshop().compile(source, for: .guest, flags: flags)
        #expect(!output.succeeded)
        #expect(output.standardError.contains(message), "\(output.standardError)")
    }

    /// Swift takes constants from the macros, with their widths, and functions with theirs.
    @Test func importsIntoSwift() async throws {
        let workshop = try Workshop()
        let program = """
            let flags: UInt32 = REVIVE_CALL_READ_ONLY
            let none: UInt64 = REVIVE_UNLIMITED
            func run(_ key: UnsafePointer<UInt8>, _ word: UnsafeMutablePointer<UInt8>) -> UInt64 {
                revive_get_storage_or_zero(0, key, word)
                return revive_call_data_size() + UInt64(flags) + none
            }
            """
        try Files.write(Array("#include <pvm_revive.h>".utf8), to: workshop.folder.appending("bridging.h"))
        try Files.write(Array(program.utf8), to: workshop.folder.appending("program.swift"))
        let output = try await Toolchain().output(
            of: .swiftc,
            [
                "@" + Package.root.appending("toolchain/swiftc.rsp").string, "-O", "-I", Package.headers.string,
                "-import-objc-header", "bridging.h", "-c", "program.swift", "-o", "program.o",
            ],
            in: workshop.folder)
        #expect(output.succeeded, "\(output.standardOutput)\(output.standardError)")
    }
}
