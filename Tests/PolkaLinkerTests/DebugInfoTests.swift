// Debug information through the linker: each instruction of the blob has the lines of the code it was made from, at every level of
// optimisation, and messages name them.

import Foundation
import PolkaBlob
import PolkaLinker
import RISCVELF
import Testing

@Suite struct DebugInfoTests {
    /// Three functions, of which the compiler inlines two or none, and a store through a null pointer in the innermost.
    static let source = """
        // Lines are counted in the tests.

        static volatile int keep;
        LINKAGE int third(volatile int *place) {
            *place = 7;
            return 1;
        }
        LINKAGE int second(volatile int *place) {
            return third(place + 1) + 2;
        }
        int first(volatile int *place) {
            keep = 1;
            return second(place) + 3;
        }
        """

    /// The object of `source` with an export record, and debug information.
    static func object(_ linkage: String, _ level: String) throws -> ELFObject {
        let workshop = try Workshop()
        _ = try workshop.compile(
            source.replacing("LINKAGE", with: linkage), name: "a.c",
            flags: ["-g", level, "-ffile-prefix-map=\(workshop.folder.path)=."])
        _ = try workshop.compile(Guest.prelude + "export first\n", name: "b.s")
        let script = Workshop.package.appendingPathComponent("Guest/guest.ld").path
        let flags = Workshop.package.appendingPathComponent("toolchain/lld.rsp").path
        try workshop.run("ld.lld", ["@\(flags)", "-T", script, "-u", "first", "a.c.o", "b.s.o", "-o", "guest.elf"])
        return try ELFObject(parsing: try workshop.read("guest.elf"), name: "guest.elf")
    }

    /// The functions and lines of the store, outermost first.
    static func framesOfStore(_ blob: Blob) throws -> [String] {
        let info = try #require(try blob.debugInfo())
        var result: [String] = []
        for range in info.ranges {
            try info.forEachRegion(of: range) { _, frames in
                if frames.last?.line == 5, result.isEmpty {
                    result = frames.filter { $0.kind != .enter }.map {
                        "\($0.kind) \($0.function ?? "") \($0.location ?? "")"
                    }
                }
            }
        }
        return result
    }

    @Test(arguments: LinkOptions.Optimization.allCases)
    func inlinedByTheCompiler(level: LinkOptions.Optimization) throws {
        let result = try PostLinker.link(
            [Self.object("static inline", "-O2")], options: LinkOptions(optimization: level))
        #expect(
            try Self.framesOfStore(result.blob) == [
                "call first a.c:13:12", "call second a.c:9:12", "line third a.c:5:12",
            ])
    }

    /// The linker may inline them, and then says so in the same way.
    @Test(arguments: LinkOptions.Optimization.allCases)
    func inlinedByTheLinker(level: LinkOptions.Optimization) throws {
        let result = try PostLinker.link(
            [Self.object("__attribute__((noinline))", "-O2")], options: LinkOptions(optimization: level))
        let frames = try Self.framesOfStore(result.blob)
        let all = ["call first a.c:13:12", "call second a.c:9:12", "line third a.c:5:12"]
        #expect((1...3).contains { frames == Array(all.suffix($0)) }, "\(frames)")
    }

    /// Every instruction is described by what its function says of itself.
    @Test(arguments: LinkOptions.Optimization.allCases)
    func coverage(level: LinkOptions.Optimization) throws {
        let result = try PostLinker.link([Self.object("static", "-O0")], options: LinkOptions(optimization: level))
        let info = try #require(try result.blob.debugInfo())
        for offset in 0..<UInt32(result.blob.code.bytes.count) {
            let frames = try info.frames(at: offset)
            let first = try #require(frames.first)
            #expect(first.kind == .enter)
            #expect(first.path == "a.c")
            #expect(["first", "second", "third"].contains(first.function ?? ""))
            #expect(first.line == ["first": 11, "second": 8, "third": 4][first.function ?? ""])
        }
    }

    @Test func stripped() throws {
        let object = try Self.object("static", "-O2")
        var options = LinkOptions()
        let whole = try PostLinker.link([object], options: options)
        options.stripsDebugInfo = true
        let stripped = try PostLinker.link([object], options: options)
        #expect(stripped.blob.debug.isEmpty)
        #expect(!whole.blob.debug.isEmpty)
        #expect(stripped.blob.serialized() == whole.blob.serialized(strip: true))
    }

    /// Without debug information a function is known by its symbol; fixed entries at the start of the code belong to none.
    @Test func symbolsAlone() throws {
        let result = try Guest.link(
            ".globl f\n.type f, @function\nf: ret\n.size f, 2\nexport f\n", options: LinkOptions(dispatch: ["f"]))
        let info = try #require(try result.blob.debugInfo())
        let start = try #require(result.blob.export(named: "f")).codeOffset
        let frame = SourceFrame(kind: .enter, namespace: nil, function: "f", path: nil, line: nil, column: nil)
        #expect(try info.frames(at: start) == [frame])
        #expect(start > 0)
        #expect(try info.frames(at: 0) == [])
    }

    /// A message about a place in code has the line, and the calls that the compiler has inlined.
    @Test func messages() throws {
        let workshop = try Workshop()
        let text = """
            static inline int inner(int x) {
                __asm__ volatile ("csrr %0, cycle" : "=r"(x));
                return x;
            }
            int outer(int x) {
                return inner(x);
            }
            """
        _ = try workshop.compile(
            text, name: "a.c", flags: ["-g", "-O2", "-ffile-prefix-map=\(workshop.folder.path)=."])
        _ = try workshop.compile(Guest.prelude + "export outer\n", name: "b.s")
        let objects = try ["a.c.o", "b.s.o"].map { try ELFObject(parsing: try workshop.read($0), name: $0) }
        let failure = #expect(throws: LinkFailure.self) { try PostLinker.link(objects, options: LinkOptions()) }
        let place = failure?.errors.first?.place ?? ""
        #expect(place == "a.c.o: .text.outer+0x0 (in 'outer') at a.c:2:5 (in 'inner', inlined at a.c:6:12)")
    }
}
