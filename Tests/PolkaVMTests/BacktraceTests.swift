// Call stacks from nothing but code, registers and memory: what the frames must be was worked out by hand from the text of
// each program.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct BacktraceTests {
    /// Runs an export on every backend and compares the frames, which must be the same.
    private func check(
        _ text: String, _ arguments: [UInt64] = [], export: String = "main", gas: Int64? = nil,
        faultRule: FaultRule = .trap, linker: Linker = Linker(), exit: Exit? = .trap,
        frames expected: [String], notes: [String] = [], location: SourceLocation = #_sourceLocation
    ) throws {
        let program = try MarkedProgram(text)
        for engine in engines {
            var configuration = ModuleConfiguration()
            configuration.gasMetering = gas == nil ? .none : .synchronous
            configuration.faultRule = faultRule
            let module = try Module(program.blob, configuration: configuration, engine: engine)
            let instance = try Instance(module, linker: linker)
            instance.gas = gas ?? 0
            let found = try instance.call(export, arguments)
            if let exit { #expect(found == exit, sourceLocation: location) }
            let backtrace = instance.backtrace()
            #expect(program.text(backtrace) == expected, "\(engine.backend.name)", sourceLocation: location)
            #expect(backtrace.frames.compactMap(\.note) == notes, "\(engine.backend.name)", sourceLocation: location)
        }
    }

    /// Three calls deep: a frame with `ra` on the stack, one with a frame pointer, and a leaf without a frame.
    private static let chain = """
        %stack_size = 4096
        %jump_table 1 = @back1
        %jump_table 2 = @back2
        pub @main:
            sp = sp - 16
            u64 [sp + 8] = ra
            ra = 2, jump @outer // !callOuter
        @leaf:
            a0 = u64 [a0] // !load
            ret
        @back1:
            ra = u64 [sp + 8]
            sp = sp + 16
            ret
        @outer:
            sp = sp - 32
            u64 [sp + 24] = ra
            u64 [sp + 16] = s0
            s0 = sp + 32
            sp = sp - a1
            ra = 4, jump @leaf // !callLeaf
        @back2:
            sp = s0 - 32
            ra = u64 [sp + 24]
            s0 = u64 [sp + 16]
            sp = sp + 32 // !epilogue
            ret
        """

    @Test func frames() throws {
        // The second argument is what the frame pointer's function allocates on the stack, by no constant.
        try check(Self.chain, [8, 64], frames: ["leaf load", "outer callLeaf", "main callOuter"])
        try check(Self.chain, [0x50000, 0], frames: ["leaf load", "outer callLeaf", "main callOuter"])
        try check(
            Self.chain, [0x5_0000, 128], faultRule: .pageFault,
            exit: .pageFault(PageFault(address: 0x5_0000, pageSize: 4096)),
            frames: ["leaf load", "outer callLeaf", "main callOuter"])
    }

    /// Wherever gas runs out, between any two instructions of prologues, epilogues and bodies, the frames are right.
    @Test func everywhere() throws {
        // A block per instruction, so that gas can run out in front of each.
        let body = Self.chain.split(separator: "\n").map(String.init)
        let text = body.map { line -> String in
            guard line.hasPrefix("    "), !line.contains("jump"), !line.contains("ret") else { return line }
            return line + "\n    fallthrough"
        }.joined(separator: "\n").replacing("a0 = u64 [a0] // !load", with: "a0 = u64 [sp] // !load")
        let program = try MarkedProgram(text)
        let offset = program.offsets
        let order = ["main", "leaf", "back1", "outer", "back2"]
        for engine in engines {
            let module = try Module(program.blob, configuration: metered, engine: engine)
            for gas in Int64(0)... {
                let instance = try Instance(module)
                instance.gas = gas
                let exit = try instance.call("main", [0, 64])
                if exit == .finished {
                    #expect(gas > 20)
                    break
                }
                let pc = try #require(instance.programCounter)
                // The label in front of a place says in which function it is.
                let label = order.last { (offset[$0] ?? 0) <= pc }
                let frames = instance.backtrace().frames
                let expected: [UInt32]
                switch label {
                case "main", "back1": expected = [pc]
                case "outer", "back2": expected = [pc, offset["callOuter"] ?? 0]
                default: expected = [pc, offset["callLeaf"] ?? 0, offset["callOuter"] ?? 0]
                }
                #expect(frames.map(\.codeOffset) == expected, "\(engine.backend.name) with \(gas) gas")
                #expect(frames.allSatisfy { $0.note == nil })
            }
        }
    }

    /// What a trap block that several functions share was reached from is told by what called each.
    @Test func sharedTail() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            %jump_table 2 = @back
            %jump_table 3 = @back3
            pub @main:
                sp = sp - 16
                u64 [sp] = ra
                jump @other if a0 != 0
                ra = 2, jump @small // !callSmall
            @other:
                ra = 6, jump @large // !callLarge
            @back3:
                fallthrough
            @back:
                ra = u64 [sp]
                sp = sp + 16
                ret
            @small:
                sp = sp - 8
                u64 [sp] = ra
                jump @panic
            @large:
                sp = sp - 48
                u64 [sp + 40] = ra
                u64 [sp] = a0
                fallthrough
            @panic:
                trap // !trap
            """
        try check(text, [0], frames: ["small trap", "main callSmall"])
        try check(text, [1], frames: ["large trap", "main callLarge"])
    }

    /// A function that has called and goes on where it would have come without the call: the register still has the link of the
    /// call, which here is one of the function itself, and the stack has what is true.
    @Test func staleLink() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            %jump_table 2 = @again
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @function // !call
            @back:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @function:
                sp = sp - 16
                u64 [sp + 8] = ra
                jump @join if a0 == 0
                a0 = 0
                ra = 4, jump @function // !recursion
            @again:
                a0 = 1
                fallthrough
            @join:
                jump @end if a0 == a1
                trap // !trap
            @end:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            """
        try check(text, [1, 0], frames: ["function trap", "main call"])
        try check(text, [1, 1], frames: ["function trap", "function recursion", "main call"])
    }

    /// Linkers jump to where a function returns, if that is known: the function is over then.
    @Test func returnByJump() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @leaf // !call
            @back:
                a0 = u64 [a0] // !load
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @leaf:
                jump @back if a0 == 0
                a0 = u64 [a0] // !inLeaf
                ret
            """
        try check(text, [0], frames: ["main load"])
        try check(text, [8], frames: ["leaf inLeaf", "main call"])
    }

    /// A jump to another function in place of a call and a return: the frame of the one that jumped is gone.
    @Test func tailCall() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @first // !call
            @back:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @first:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = u64 [sp + 8]
                sp = sp + 16
                jump @second
            pub @second:
                trap // !trap
            """
        try check(text, frames: ["second trap", "main call"])
        try check(text, export: "second", frames: ["second trap"])
    }

    /// Function pointers, good ones and others; a jump through a bad one is reported at the jump.
    @Test func indirectCalls() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            %jump_table 2 = @compare
            %jump_table 3 = @back2
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 6, jump @sort // !callSort
            @back2:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @sort:
                sp = sp - 32
                u64 [sp + 24] = ra
                u64 [sp + 16] = s1
                s1 = a0
                ra = 2, jump [s1] // !callBack
            @back:
                s1 = u64 [sp + 16]
                ra = u64 [sp + 24]
                sp = sp + 32
                ret
            @compare:
                trap // !trap
            """
        try check(text, [4], frames: ["compare trap", "sort callBack", "main callSort"])
        for pointer in [0, 3, 2 * 4, 0xdead_beef] as [UInt64] {
            try check(text, [pointer], frames: ["sort callBack", "main callSort"])
        }
    }

    /// Calls in two instructions: the link in `ra`, then a jump.
    @Test func separateLink() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            %jump_table 2 = @leaf
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                jump @leaf if a0 == 7
                ra = 2
                jump [a0] // !call
            @back:
                trap
            @leaf:
                trap // !trap
            """
        try check(text, [4], frames: ["leaf trap", "main call"])
    }

    /// A return address in a register other than `ra`, and a frame found through that.
    @Test func registerKeepsReturnAddress() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back1
            %jump_table 2 = @back2
            pub @main:
                s1 = ra
                ra = 2, jump @middle // !one
            @back1:
                jump [s1]
            @middle:
                sp = sp - 16
                u64 [sp] = s1
                s1 = ra
                ra = 4, jump @leaf // !two
            @back2:
                ra = s1
                s1 = u64 [sp]
                sp = sp + 16
                ret
            @leaf:
                trap // !trap
            """
        try check(text, frames: ["leaf trap", "middle two", "main one"])
    }

    /// The cases of a switch are reached by a jump through a table, of distances or of addresses.
    @Test func switches() throws {
        // At 0x10000: three code addresses of 8 bytes, then at 0x10018 three distances of 4 bytes: 2k - 0x10018.
        let text = """
            %stack_size = 4096
            %ro_data = 0400000000000000 0600000000000000 0800000000000000
            %ro_data = ecfffeff eefffeff f0fffeff
            %jump_table 1 = @back
            %jump_table 2 = @case0
            %jump_table 3 = @case1
            %jump_table 4 = @case2
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @choose // !call
            @back:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @choose:
                sp = sp - 32
                u64 [sp + 16] = ra
                ra = 12
                jump @relative if a1 != 0
                a0 = a0 << 3
                a0 = u64 [a0 + 0x10000]
                jump [a0]
            @relative:
                a2 = 0x10018
                a0 = a0 << 2
                a0 = a0 + a2
                a0 = i32 [a0]
                a0 = a0 + a2
                jump [a0]
            @case0:
                trap // !trap0
            @case1:
                trap // !trap1
            @case2:
                trap // !trap2
            """
        for kind in 0...1 as ClosedRange<UInt64> {
            for index in 0...2 as ClosedRange<UInt64> {
                try check(text, [index, kind], frames: ["choose trap\(index)", "main call"])
            }
        }
    }

    /// 32-bit guests save words.
    @Test func narrowRegisters() throws {
        let text = """
            %isa = latest32
            %stack_size = 4096
            %jump_table 1 = @back
            pub @main:
                sp = sp - 16
                u32 [sp + 12] = ra
                ra = 2, jump @leaf // !call
            @back:
                ra = i32 [sp + 12]
                sp = sp + 16
                ret
            @leaf:
                sp = sp - 8
                u32 [sp + 4] = ra
                trap // !trap
            """
        try check(text, frames: ["leaf trap", "main call"])
    }

    /// What is no return address ends the walk, with where it was found.
    @Test func corruptedReturnAddress() throws {
        // The store goes through a pointer that happens to point there; nothing in the code says so.
        func text(_ value: String) -> String {
            """
            %stack_size = 4096
            %jump_table 1 = @back
            %jump_table 2 = @other
            %jump_table 3 = @back3
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @leaf // !call
            @back:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @leaf:
                sp = sp - 32
                u64 [sp + 24] = ra
                a0 = sp
                a0 = a0 + a1
                ra = a0
                u64 [a0 + 24] = \(value)
                trap // !trap
            @other:
                ra = 6, jump @other // !loop
            @back3:
                trap
            """
        }
        try check(
            text("0x41414141"), frames: ["leaf trap"],
            notes: [
                "the return address 0x41414141 at 0xfffdffe8 (sp + 24) is no return address of this program;"
                    + " the stack below is not shown"
            ])
        // The address of code that no call returns to, and of none.
        for value in ["4", "8", "3", "0"] {
            try check(
                text(value), frames: ["leaf trap"],
                notes: [
                    "the return address 0x\(value) at 0xfffdffe8 (sp + 24) is no return address of this program;"
                        + " the stack below is not shown"
                ])
        }
        // One of a call of another function: possible, and said.
        try check(
            text("6"), frames: ["leaf trap", "other loop"],
            notes: [
                "uncertain: the call that returns to where this function does is one of another function",
                "the function has kept no return address; the stack below is not shown",
            ])
    }

    /// A trap in the return itself, through an `ra` that was overwritten.
    @Test func badReturn() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                u64 [a0] = a1
                ra = u64 [sp + 8]
                sp = sp + 16
                ret // !return
            @back:
                trap
            """
        try check(
            text, [0xfffd_fff8, 0x1234_5678], frames: ["main return"],
            notes: [
                "the return address 0x12345678 in ra is no return address of this program; the stack below is not shown"
            ])
    }

    /// The stack runs out in a prologue: the return address could not even be stored.
    @Test func stackOverflow() throws {
        let text = """
            %stack_size = 4096
            %jump_table 1 = @back
            pub @main:
                sp = sp - 64
                u64 [sp + 56] = ra // !store
                ra = 2, jump @main // !again
            @back:
                ra = u64 [sp + 56]
                sp = sp + 64
                ret
            """
        let frames = ["main store"] + [String](repeating: "main again", count: 64)
        try check(text, frames: frames)
        let program = try MarkedProgram(text.replacing("4096", with: "0x100000"))
        let instance = try Instance(try Module(program.blob))
        #expect(try instance.call("main") == .trap)
        let short = instance.backtrace(limit: 10)
        #expect(program.text(short) == ["main store"] + [String](repeating: "main again", count: 9))
        #expect(short.omittedCount == 0x100000 / 64 + 1 - 10)
        #expect(short.omissionIndex == 5)
        #expect(instance.backtrace().frames.count == 256)
    }

    /// A host call that nobody answers, a host function that refuses, and gas.
    @Test func otherStops() throws {
        let text = """
            %stack_size = 4096
            %import 0 = 'f'
            %jump_table 1 = @back
            pub @main:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @leaf // !call
            @back:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @leaf:
                sp = sp - 16
                ecalli 0 // !import
                sp = sp + 16
                ret
            """
        let frames = ["leaf import", "main call"]
        try check(text, exit: .hostCall(0), frames: frames)
        var refusing = Linker()
        try refusing.define("f") { _ in throw HostTrap("no") }
        try check(text, linker: refusing, frames: frames)
        // Gas runs out in front of the function.
        let program = try MarkedProgram(text)
        let instance = try Instance(try Module(program.blob, configuration: metered))
        instance.gas = 3
        #expect(try instance.call("main") == .outOfGas)
        #expect(instance.backtrace().frames.map(\.codeOffset) == [program.offsets["leaf"], program.offsets["call"]])
        // Before any call, and after one.
        #expect(try Instance(try Module(program.blob)).backtrace() == Backtrace())
    }

    // MARK: Host functions that call the guest

    /// `main` calls `leaf`, which calls the host function `again`, which calls what its argument says.
    private static let nesting = """
        %stack_size = 4096
        %import 0 = 'again'
        %jump_table 1 = @back
        %jump_table 2 = @back2
        pub @main:
            sp = sp - 16
            u64 [sp + 8] = ra
            ra = 2, jump @leaf // !call
        @back:
            ra = u64 [sp + 8]
            sp = sp + 16
            ret
        @leaf:
            sp = sp - 32
            ecalli 0 // !import
            sp = sp + 32
            jump @bad if a1 != 0
            ret
        @bad:
            trap // !late
        pub @inner:
            sp = sp - 16
            u64 [sp] = ra
            ra = 4, jump @deep // !deeper
        @back2:
            trap
        @deep:
            trap // !trap
        pub @good:
            ret
        pub @again:
            sp = sp - 48
            ecalli 0 // !second
            trap
        """

    private struct Refusal: Error {}

    /// What a host function may make of a nested call.
    private enum Reaction: CaseIterable { case hostTrap, error }

    @Test func callbacks() throws {
        let program = try MarkedProgram(Self.nesting)
        let inner = ["deep trap", "inner deeper", "host again import", "leaf import", "main call"]
        for engine in engines {
            let module = try Module(program.blob, engine: engine)
            for reaction in Reaction.allCases {
                var within: [[String]] = []
                var linker = Linker()
                try linker.define("again") { context in
                    let instance = context.instance
                    within.append(program.text(instance.backtrace()))
                    // Two calls: each stands where it is made.
                    #expect(try instance.call("good") == .finished)
                    within.append(program.text(instance.backtrace()))
                    #expect(try instance.call("inner") == .trap)
                    within.append(program.text(instance.backtrace()))
                    if reaction == .hostTrap { throw HostTrap("no") }
                    throw Refusal()
                }
                let instance = try Instance(module, linker: linker)
                for _ in 0..<2 {
                    within = []
                    switch reaction {
                    case .hostTrap: #expect(try instance.call("main") == .trap)
                    case .error: #expect(throws: Refusal.self) { try instance.call("main") }
                    }
                    #expect(within[0] == ["leaf import", "main call"])
                    #expect(within[1] == ["host again import", "leaf import", "main call"])
                    #expect(within[2] == inner)
                    // Nobody has called since: the stack is what it was.
                    #expect(program.text(instance.backtrace()) == inner)
                }
                // What was abandoned is not part of the next call.
                #expect(try instance.call("inner") == .trap)
                #expect(program.text(instance.backtrace()) == ["deep trap", "inner deeper"])
            }
        }
    }

    /// Calls within calls within calls; and a trap after all of them have returned.
    @Test func deepCallbacks() throws {
        let program = try MarkedProgram(Self.nesting)
        for engine in engines {
            var depth = 0
            var deepest: [String] = []
            var linker = Linker()
            try linker.define("again") { context in
                let instance = context.instance
                let (saved, next) = (instance.registers, instance.nextProgramCounter)
                depth += 1
                defer { depth -= 1 }
                if depth < 4 {
                    _ = try? instance.call("again")
                } else {
                    let exit = try instance.call("inner")
                    #expect(exit == .trap)
                    deepest = program.text(instance.backtrace())
                }
                for (register, value) in zip(Register.allCases, saved) { instance[register] = value }
                instance.nextProgramCounter = next
            }
            let instance = try Instance(try Module(program.blob, engine: engine), linker: linker)
            #expect(try instance.call("main", [0, 1]) == .trap)
            var expected = ["deep trap", "inner deeper"]
            for _ in 0..<3 { expected += ["host again second", "again second"] }
            #expect(deepest == expected + ["host again import", "leaf import", "main call"])
            #expect(program.text(instance.backtrace()) == ["leaf late", "main call"])
        }
    }

    /// A host function that refuses after a call that it made has returned: the guest is where it called the host.
    @Test func refusalAfterCallback() throws {
        let program = try MarkedProgram(Self.nesting)
        for engine in engines {
            var linker = Linker()
            try linker.define("again") { context in
                #expect(try context.instance.call("good", [1, 2, 3]) == .finished)
                throw HostTrap("no")
            }
            let instance = try Instance(try Module(program.blob, engine: engine), linker: linker)
            #expect(try instance.call("main", [7, 8]) == .trap)
            #expect(instance.programCounter == program.offsets["import"])
            #expect(instance[.a0] == 7 && instance[.a1] == 8)
            #expect(instance.trapReason == .host("no"))
            #expect(program.text(instance.backtrace()) == ["leaf import", "main call"])
        }
    }

    // MARK: Sources

    /// Debug information of one range each: `code`, and frames outermost first.
    private func debugSections(_ regions: [(code: Range<UInt32>, frames: [SourceFrame])]) -> DebugSections {
        func varint(_ value: UInt32) -> [UInt8] {
            // Longer than necessary, which readers accept.
            [0xf0] + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var sections = DebugSections(strings: [0], linePrograms: [1])
        func string(_ text: String?) -> [UInt8] {
            guard let text else { return varint(0) }
            let offset = UInt32(sections.strings.count)
            sections.strings += varint(UInt32(text.utf8.count)) + Array(text.utf8)
            return varint(offset)
        }
        for (code, frames) in regions {
            for value in [code.lowerBound, code.upperBound, UInt32(sections.linePrograms.count)] {
                sections.ranges += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            }
            var program: [UInt8] = [10] + varint(UInt32(frames.count))
            for (depth, frame) in frames.enumerated() {
                let kind: UInt8 =
                    switch frame.kind {
                    case .enter: 2
                    case .call: 3
                    case .line: 4
                    }
                program += [1] + varint(UInt32(depth)) + [kind, 5] + string(frame.namespace)
                program += [6] + string(frame.function) + [7] + string(frame.path)
                program += [8] + varint(frame.line ?? 0) + [9] + varint(frame.column ?? 0)
            }
            sections.linePrograms += program + [15] + varint(code.upperBound - code.lowerBound) + [0]
        }
        return sections
    }

    private func frame(
        _ kind: SourceFrame.Kind, _ function: String?, _ path: String?, _ line: UInt32, _ column: UInt32 = 0,
        namespace: String? = nil
    ) -> SourceFrame {
        SourceFrame(
            kind: kind, namespace: namespace, function: function, path: path, line: line == 0 ? nil : line,
            column: column == 0 ? nil : column)
    }

    @Test func sourceLines() throws {
        var program = try MarkedProgram(Self.chain)
        let offset = program.offsets
        let end = UInt32(program.blob.code.bytes.count)
        program.blob.debug = debugSections([
            (0..<offset["leaf", default: 0], [frame(.enter, "main", "a.c", 30), frame(.line, "main", "a.c", 33, 5)]),
            (
                offset["leaf", default: 0]..<offset["back1", default: 0],
                [
                    frame(.enter, "leaf", "a.c", 10, namespace: "n"),
                    frame(.call, "leaf", "a.c", 12, 9, namespace: "n"),
                    frame(.enter, "get", "b.h", 3), frame(.call, "get", "b.h", 4, 2), frame(.enter, "get", "b.h", 3),
                    frame(.line, "get", "b.h", 5, 7),
                ]
            ),
            // Nothing but the function, and nothing at all of where it calls.
            (offset["outer", default: 0]..<offset["callLeaf", default: 0], [frame(.enter, "outer", nil, 0)]),
            (offset["back2", default: 0]..<end, [frame(.enter, "outer", "a.c", 20)]),
        ])
        let instance = try Instance(try Module(program.blob))
        #expect(try instance.call("main", [8]) == .trap)
        let backtrace = instance.backtrace()
        #expect(
            backtrace.frames.map(\.description) == [
                "get (inlined) at b.h:5:7", "get (inlined) at b.h:4:2", "n::leaf at a.c:12:9",
                "function at code offset \(offset["outer", default: 0]), code offset \(offset["callLeaf", default: 0])",
                "main at a.c:33:5",
            ])
        #expect(
            backtrace.frames.map(\.codeOffset) == ["load", "load", "load", "callLeaf", "callOuter"].map { offset[$0] })
        #expect(backtrace.debugInfoProblem == nil)
        // Without debug information, exports have names.
        let plain = try Instance(try Module(try MarkedProgram(Self.chain).blob))
        #expect(try plain.call("main", [8]) == .trap)
        #expect(plain.backtrace().frames.last?.description == "main, code offset \(offset["callOuter", default: 0])")
    }

    /// A trap that several branches share: the line is that of the branch that leads to it, as far as registers tell.
    @Test func sharedTrap() throws {
        var program = try MarkedProgram(
            """
            pub @main:
                jump @panic if a0 == 0 // !zero
                a2 = a0 - 5
                jump @panic if a1 == 7 // !seven
                ret
            @panic:
                trap // !trap
            """)
        let offset = program.offsets
        let (seven, trap) = (offset["seven", default: 0], offset["trap", default: 0])
        func region(_ code: Range<UInt32>, _ line: UInt32) -> (Range<UInt32>, [SourceFrame]) {
            (code, [frame(.enter, "main", "a.c", 9), frame(.line, "main", "a.c", line)])
        }
        program.blob.debug = debugSections([
            region(0..<seven, 10), region(seven..<trap, 12), region(trap..<UInt32(program.blob.code.bytes.count), 99),
        ])
        for engine in engines {
            let instance = try Instance(try Module(program.blob, engine: engine))
            func backtrace(_ arguments: [UInt64]) throws -> Backtrace {
                #expect(try instance.call("main", arguments) == .trap)
                let backtrace = instance.backtrace()
                #expect(backtrace.frames.map(\.codeOffset) == [trap])
                return backtrace
            }
            for (arguments, line) in [([0, 0], 10), ([12, 7], 12)] as [([UInt64], Int)] {
                let found = try backtrace(arguments)
                #expect(found.frames.map(\.description) == ["main at a.c:\(line)"], "\(engine.backend.name)")
                #expect(found.frames.compactMap(\.note).isEmpty, "\(engine.backend.name)")
            }
            let both = try backtrace([0, 7])
            #expect(both.frames.map(\.description) == ["main, code offset \(trap)"], "\(engine.backend.name)")
            #expect(
                both.frames.map(\.note) == ["several places end in this trap: main at a.c:10; main at a.c:12"],
                "\(engine.backend.name)")
        }
    }

    // MARK: Damage

    /// Debug sections of random bytes, or good ones with a few bytes changed: the frames stay, and what is wrong is said.
    @Test func damagedDebugInfo() throws {
        var program = try MarkedProgram(Self.chain)
        let offset = program.offsets
        let good = debugSections([
            (0..<UInt32(program.blob.code.bytes.count), [frame(.enter, "f", "a.c", 1), frame(.line, "f", "a.c", 2)])
        ])
        var random = SeededGenerator(seed: 42)
        var problems = 0
        for round in 0..<2000 {
            func damage(_ bytes: [UInt8]) -> [UInt8] {
                var bytes = bytes
                if round % 2 == 0 {
                    for _ in 0..<Int.random(in: 0...3, using: &random) {
                        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0 ... .max, using: &random)
                    }
                } else {
                    bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in .random(in: 0...20, using: &random)
                    }
                }
                return bytes
            }
            program.blob.debug = DebugSections(
                strings: damage(good.strings), linePrograms: damage(good.linePrograms), ranges: damage(good.ranges))
            let instance = try Instance(try Module(program.blob))
            #expect(try instance.call("main", [8]) == .trap)
            let backtrace = instance.backtrace()
            let places = backtrace.frames.filter { $0.kind == .guest }.map(\.codeOffset)
            #expect(places == ["load", "callLeaf", "callOuter"].map { offset[$0] })
            if backtrace.debugInfoProblem != nil { problems += 1 }
        }
        #expect(problems > 1000)
        var broken = good
        broken.linePrograms[0] = 9
        program.blob.debug = broken
        let instance = try Instance(try Module(program.blob))
        #expect(try instance.call("main", [8]) == .trap)
        #expect(
            instance.backtrace().debugInfoProblem
                == "debug section offset 0x0: debug information: line programs have version 9, expected 1")
    }

    /// Any registers and any bytes on the stack, at any place in the code: there is an end, and no memory is changed.
    @Test func randomStacks() throws {
        var random = SeededGenerator(seed: 7)
        for text in [Self.chain, Self.nesting] {
            let program = try MarkedProgram(text)
            let module = try Module(program.blob)
            let length = UInt32(program.blob.code.bytes.count)
            for _ in 0..<1000 {
                let instance = try Instance(module)
                let addresses: [UInt64] = [2, 4, 0xffff_0000, 0xfffd_f800, 0, 3]
                var bytes: [UInt8] = []
                for _ in 0..<512 {
                    let value =
                        Bool.random(using: &random)
                        ? addresses.randomElement(using: &random) ?? 0 : UInt64.random(in: 0 ... .max, using: &random)
                    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
                }
                try instance.memory.write(bytes, at: 0xfffd_f000)
                for register in Register.allCases {
                    instance[register] = .random(in: 0 ... .max, using: &random)
                }
                if Bool.random(using: &random) {
                    instance[.sp] = .random(in: 0xfffd_efe0...0xfffe_0010, using: &random)
                }
                instance[.ra] = addresses.randomElement(using: &random) ?? 0
                instance.nextProgramCounter = .random(in: 0...length + 2, using: &random)
                let backtrace = instance.backtrace()
                #expect(!backtrace.frames.isEmpty && backtrace.frames.count < 600)
                #expect(try instance.memory.read(at: 0xfffd_f000, byteCount: 4096) == bytes)
            }
        }
    }

    /// Code that no compiler makes.
    @Test func randomCode() throws {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<2000 {
            let count = Int.random(in: 1...200, using: &random)
            let common: [UInt8] = [0, 1, 40, 50, 51, 80, 81, 100, 123, 130, 149, 180, 200]
            let bytes = (0..<count).map { _ in
                Bool.random(using: &random)
                    ? common.randomElement(using: &random) ?? 0 : .random(in: 0 ... .max, using: &random)
            }
            let starts = (0..<count).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            let table = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                UInt32.random(in: 0...UInt32(count), using: &random)
            }
            var blob = Blob(
                instructionSet: Bool.random(using: &random) ? .latest64 : .latest32,
                code: CodeMap(
                    bytes: bytes, bitmask: CodeMap.bitmask(ofStarts: starts, byteCount: count), jumpTable: table))
            blob.stackSize = 4096
            blob.exports = [Blob.Export(codeOffset: .random(in: 0...UInt32(count), using: &random), symbol: [0x66])]
            let instance = try Instance(try Module(blob))
            for _ in 0..<8 {
                try instance.prepareCall(at: .random(in: 0...UInt32(count), using: &random))
                instance[.ra] = .random(in: 0...20, using: &random)
                #expect(!instance.backtrace().frames.isEmpty)
            }
        }
    }
}
