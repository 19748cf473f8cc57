// Large guests, at every level: the work must grow with the input and no faster. Times are printed, not judged: machines
// differ.

import Foundation
import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite(.serialized) struct ScaleTests {
    private func link(
        _ bytes: [UInt8], _ what: String, _ level: LinkOptions.Optimization
    ) throws -> LinkResult {
        let clock = ContinuousClock()
        let start = clock.now
        let object = try ELFObject(parsing: bytes, name: "large.o")
        let parsed = clock.now
        let result = try PostLinker.link([object], options: LinkOptions(optimization: level))
        let linked = clock.now
        print(
            "\(what), \(level): \(bytes.count) bytes of ELF read in \(parsed - start), linked in \(linked - parsed), peak \(peak)"
        )
        return result
    }

    /// The most memory that the process has had until now.
    private var peak: String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line?.split(separator: "\t").last.map(String.init) ?? "unknown"
    }

    @Test(arguments: LinkOptions.Optimization.allCases) func manyFunctions(_ level: LinkOptions.Optimization) throws {
        let count = 100_000
        let result = try link(try Guest.elf(Scale.manyFunctions(count)), "\(count) functions", level)
        #expect(result.map.readWriteData.count == count)
        #expect(result.blob.readWriteDataSize == UInt32(4 * count))
        if level == .none || level == .basic {
            #expect(result.map.functions.count == count + 1)
            #expect(result.blob.code.jumpTable.count == count)
        }
        #expect(try result.call("start", 1) == UInt64(count) * UInt64(count - 1) / 2 + 1)
    }

    /// One section of 1 MB with everything that makes work: branches, calls, addresses, temporaries.
    @Test(arguments: LinkOptions.Optimization.allCases) func largeSection(_ level: LinkOptions.Optimization) throws {
        let count = 24_000
        let bytes = try Guest.elf(Scale.oneFunction(count))
        let object = try ELFObject(parsing: bytes, name: "large.o")
        #expect(object.sections.first { $0.name == ".text" }?.byteCount ?? 0 > 1_000_000)
        let result = try link(bytes, "1 MB of code", level)
        if level == .none || level == .basic { #expect(result.blob.code.jumpTable.count == count) }
        #expect(try result.instance().call("f", [1]) == .finished)
    }

    /// The same, ten times as large.
    @Test(arguments: LinkOptions.Optimization.allCases) func oneLargeFunction(_ level: LinkOptions.Optimization) throws
    {
        let result = try link(try Guest.elf(Scale.oneFunction(240_000)), "10 MB of code", level)
        #expect(try result.instance().call("f", [1]) == .finished)
    }

    /// Functions that call the next one, each from many places: returns lead to many, whose facts all meet.
    @Test(arguments: LinkOptions.Optimization.allCases) func manyCallers(_ level: LinkOptions.Optimization) throws {
        let count = 2000
        var source = ".text\n"
        for index in 0..<count {
            source += "f\(index): addi sp, sp, -16\nsd ra, 0(sp)\n"
            for step in 1...20 where index + step * step <= count { source += "call f\(index + step * step)\n" }
            source += "ld ra, 0(sp)\naddi sp, sp, 16\nret\n"
        }
        source += "f\(count): addi a0, a0, 1\nret\nexport f0\nexport f\(count - 1)\n"
        let result = try link(try Guest.elf(source), "\(count) functions of many callers", level)
        #expect(try result.call("f\(count - 1)", 1) == 2)
    }
}
