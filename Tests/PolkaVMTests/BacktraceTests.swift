// Call stacks from nothing but code, registers and memory: what the frames must be was worked out by hand from the text of
// each program.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct BacktraceTests {
    /// Runs an export on every backend and compares the frames, which must be the same.
    private func check(
        _ text: String, _ arguments: [UInt64] = [], export: String = "main", gas: Int64? = nil,
        faultRule: FaultRule = .trap, hostFunctions: HostFunctions = HostFunctions(), exit: Exit? = .trap,
        frames expected: [String], notes: [String] = [], location: SourceLocation = #_sourceLocation
    ) throws {
        let program = try MarkedProgram(text)
        for engine in engines {
            var configuration = ModuleConfiguration()
            configuration.gasMetering = gas == nil ? .none : .synchronous
            configuration.faultRule = faultRule
            let module = try Module(program.blob, configuration: configuration, engine: engine)
            let instance = try Instance(module, hostFunctions: hostFunctions)
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
        var refusing = HostFunctions()
        refusing.define("f") { _ in throw HostTrap("no") }
        try check(text, hostFunctions: refusing, frames: frames)
        // Gas runs out in front of the function.
        let program = try MarkedProgram(text)
        let instance = try Instance(try Module(program.blob, configuration: metered))
        instance.gas = 3
        #expect(try instance.call("main") == .outOfGas)
        #expect(instance.backtrace().frames.map(\.codeOffset) == [program.offsets["leaf"], program.offsets["call"]])
        // Before any call, and after one.
        #expect(try Instance(try Module(program.blob)).backtrace() == Backtrace())
    }
}
