// Values of less than 64 bits between guests in C and hosts that do not extend them as C's convention has it: what is above a value
// must not matter.

import PolkaBuild
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import SystemPackage
import Testing

@Suite struct NarrowRegisterTests {
    private static let guest = """
        #include <pvm.h>
        PVM_IMPORT(uint32_t, host_word);
        PVM_IMPORT(int, host_negative);
        PVM_IMPORT(uint8_t, host_byte);
        PVM_IMPORT(signed char, host_signed_byte);
        PVM_IMPORT(uint16_t, host_half);
        PVM_IMPORT(short, host_signed_half);
        PVM_IMPORT(bool, host_bool);
        PVM_IMPORT(uint64_t, host_wide);
        enum color { red, green };
        PVM_EXPORT(int, word, uint32_t x) { return x == 4000000000u; }
        PVM_EXPORT(int, negative, int x) { return x == -7; }
        PVM_EXPORT(int, byte, uint8_t x) { return x == 200; }
        PVM_EXPORT(int, signed_half, int16_t x) { return x == -5; }
        PVM_EXPORT(int, color, enum color x) { return x == green; }
        PVM_EXPORT(int, mixed, bool a, uint64_t b, const char *c, uint32_t d) {
            return a && b == 0xfffffffffffffffe && c == (const char *)16 && d == 0xffffffff;
        }
        PVM_EXPORT(uint64_t, imported) {
            return (host_word() == 0xffffffff) | (host_negative() == -2) << 1 | (host_byte() == 255) << 2
                | (host_signed_byte() == -1) << 3 | (host_half() == 65535) << 4 | (host_signed_half() == -1) << 5
                | (host_bool() == true) << 6 | (host_wide() == 0x123456789abcdef0) << 7;
        }

        """

    @Test(arguments: BuildOptions.Optimization.allCases)
    func whatIsAboveDoesNotMatter(_ optimization: BuildOptions.Optimization) async throws {
        let folder = try TemporaryFolder("narrow")
        let file = folder.path.appending("guest.c")
        try Files.write(Array(Self.guest.utf8), to: file)
        let project = try Project(files: [file.string], output: folder.path.appending("guest.polkavm"))
        let options = BuildOptions(optimization: optimization, colorDiagnostics: false)
        let blob = try await Builder.forTests(options).build(project).result.blob
        let results: [(String, UInt64)] = [
            ("host_word", 0xffff_ffff), ("host_negative", 0xffff_fffe), ("host_byte", 0xff),
            ("host_signed_byte", 0xff), ("host_half", 0xffff), ("host_signed_half", 0xffff), ("host_bool", 1),
        ]
        for dirt in [0, 0xdead_beef_0000_0000, 0xffff_ffff_0000_0000] as [UInt64] {
            var linker = Linker()
            for (name, value) in results { try linker.define(name) { $0.setResult(value | dirt) } }
            try linker.define("host_wide") { $0.setResult(0x1234_5678_9abc_def0) }
            for backend in Backend.all {
                let instance = try Instance(Module(blob, engine: Engine(backend: backend)), linker: linker)
                func call(_ name: String, _ arguments: UInt64...) throws -> UInt64 {
                    #expect(try instance.call(name, arguments) == .finished)
                    return instance[.a0]
                }
                #expect(try call("word", 4_000_000_000 | dirt) == 1)
                #expect(try call("word", 3_999_999_999 | dirt) == 0)
                #expect(try call("negative", 0xffff_fff9 | dirt) == 1)
                #expect(try call("byte", 200 | dirt) == 1)
                #expect(try call("signed_half", 0xfffb | dirt) == 1)
                #expect(try call("color", 1 | dirt) == 1)
                #expect(try call("mixed", 1, 0xffff_ffff_ffff_fffe, 16, 0xffff_ffff | dirt) == 1)
                #expect(try call("imported") == 255)
            }
        }
    }
}
