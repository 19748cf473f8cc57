// The guest's call stack at a stop, with the sources where the blob has debug information.
//
// Worked out from the state alone, after the fact: running programs pays nothing for it, and a module that never traps never
// looks at its debug sections.

import PolkaBlob
import PolkaISA

/// The functions that had not returned when a guest stopped.
public struct Backtrace: Sendable, Equatable {
    /// A function that had not returned.
    public struct Frame: Sendable, Equatable {
        /// What a frame is.
        public enum Kind: Sendable {
            /// A function of the guest, with a frame on its stack.
            case guest
            /// A function that was inlined into the one of the next frame.
            case inlined
            /// A host function that called the guest again.
            case host
        }

        /// What the frame is.
        public var kind: Kind
        /// The instruction that had begun: the one that stopped, or a call.
        ///
        /// For a host function the `ecalli` that called it.
        public var codeOffset: UInt32
        /// The name of the function: from the debug information, else of an export that starts it, or of an import.
        public var function: String?
        /// Where the function starts in the code, if that is known.
        public var functionOffset: UInt32?
        /// The source file as the compiler was given it.
        public var file: String?
        /// From 1.
        public var line: UInt32?
        /// From 1.
        public var column: UInt32?
        /// What is doubtful about the caller, which is the next frame; or why there is none, for people.
        public var note: String?

        /// Makes a value of its properties.
        public init(
            kind: Kind = .guest, codeOffset: UInt32, function: String? = nil, functionOffset: UInt32? = nil,
            file: String? = nil, line: UInt32? = nil, column: UInt32? = nil, note: String? = nil
        ) {
            self.kind = kind
            self.codeOffset = codeOffset
            self.function = function
            self.functionOffset = functionOffset
            self.file = file
            self.line = line
            self.column = column
            self.note = note
        }
    }

    /// The frames, innermost first.
    public var frames: [Frame] = []
    /// How many frames of the guest were left out behind the first `omissionIndex` ones, because there are too many.
    public var omittedCount = 0
    /// Where in `frames` the omitted ones were.
    public var omissionIndex = 0
    /// What is wrong with the debug information, if anything; names and offsets are those of the exports then.
    public var debugInfoProblem: String?

    /// Makes a value of its properties.
    public init() {}
}

extension Backtrace.Frame: CustomStringConvertible {
    /// `function at file:line:column`, as far as known, else with the code offset.
    public var description: String {
        var text = function ?? functionOffset.map { "function at code offset \($0)" } ?? "unknown function"
        switch kind {
        case .guest: break
        case .inlined: text += " (inlined)"
        case .host: return text + " (host)"
        }
        guard let file else { return text + ", code offset \(codeOffset)" }
        text += " at \(file)"
        if let line { text += ":\(line)" }
        if line != nil, let column { text += ":\(column)" }
        return text
    }
}

extension Instance {
    /// The functions of the guest that had not returned when it stopped, innermost first.
    ///
    /// Meaningful at any stop, while registers and memory are as the stop left them: after a trap, a page fault or the end of
    /// gas, at a host call, also within a host function. A host function that called the guest again is part of it, with
    /// those that it was called by. After a call that returned there is none.
    ///
    /// Nothing of it is trusted: the stack, the code and the debug information may all be damaged. Where the walk ends early,
    /// the last frame's `note` says why.
    ///
    /// Takes time linear in the code, the first time for a module; then in the functions that are on the stack.
    ///
    /// - Parameter limit: how many functions of the guest to tell of, half of them the innermost, half the outermost; those
    ///   that were inlined into them do not count.
    /// - Returns: the frames; none after a call that returned.
    public func backtrace(limit: Int = 256) -> Backtrace {
        // After a call within a host function came to its end, `next` is still that of the call.
        let innermost = programCounter ?? (waitingCalls.isEmpty ? nextProgramCounter : nil)
        if innermost == nil, waitingCalls.isEmpty { return Backtrace() }
        let walk = StackWalk(self)
        var raw: [RawFrame] = []
        if let innermost {
            raw = walk.frames(from: innermost, registers)
        }
        for call in waitingCalls.reversed() {
            raw.append(RawFrame(codeOffset: call.codeOffset, host: hostFunction(calledAt: call.codeOffset)))
            raw += walk.frames(from: call.codeOffset, call.registers)
        }
        var backtrace = Backtrace()
        var sources = SourceNames(module.blob)
        let kept = max(2, limit)
        let omitted = raw.count > kept ? (kept + 1) / 2..<raw.count - kept / 2 : 0..<0
        for (index, frame) in raw.enumerated() where !omitted.contains(index) {
            if index == omitted.upperBound, !omitted.isEmpty { backtrace.omissionIndex = backtrace.frames.count }
            backtrace.frames += sources.frames(
                frame, isInnermost: backtrace.frames.last.map { $0.kind == .host } ?? true)
        }
        backtrace.omittedCount = omitted.count
        backtrace.debugInfoProblem = sources.problem
        return backtrace
    }
}

extension Instance {
    /// The name of the host function that an `ecalli` calls.
    private func hostFunction(calledAt codeOffset: UInt32) -> String {
        let blob = module.blob
        guard Int(codeOffset) < blob.code.bytes.count,
            let instruction = blob.code.instruction(at: Int(codeOffset), in: blob.instructionSet),
            instruction.opcode == .ecalli
        else { return "host function" }
        let number = UInt32(truncatingIfNeeded: instruction.x)
        return importName(number) ?? "#\(number)"
    }
}

/// A frame before its names are known.
struct RawFrame {
    var codeOffset: UInt32
    var entry: UInt32?
    var note: String?
    /// The host function that waits here.
    var host: String?
    /// Whether the function returns to the host.
    var isCalledByHost = false
    /// Whose lines to show in place of that of `codeOffset`: where a trap was jumped to from, one of them if there are more.
    var origins: [UInt32] = []
}

/// Walks stacks of one instance.
private final class StackWalk {
    private var unwinder: Unwinder

    /// More is not walked: a stack of 4 MiB in frames of 16 bytes.
    private static let mostFrames = 1 << 18

    init(_ instance: Instance) {
        let module = instance.module
        let blob = module.blob
        let start = module.memoryMap.map { UInt32(truncatingIfNeeded: $0.readOnly.lowerBound) } ?? 0
        let is64Bit = blob.instructionSet.is64Bit
        unwinder = Unwinder(
            FrameAnalysis(module.callGraph, blob, readOnlyStart: start), instance.memory, is64Bit: is64Bit)
    }

    /// The frames from a place to the host, or as far as they can be found.
    func frames(from codeOffset: UInt32, _ registers: [UInt64]) -> [RawFrame] {
        var frames: [RawFrame] = []
        var place = unwinder.innermost(at: codeOffset, registers)
        var withoutStack = 0
        while true {
            let step = unwinder.step(from: place)
            var frame = RawFrame(codeOffset: place.codeOffset, entry: step.entry, note: step.note)
            if frames.isEmpty { frame.origins = unwinder.origins(of: place, entry: step.entry) }
            switch step.outcome {
            case .host:
                frame.isCalledByHost = true
                frames.append(frame)
                return frames
            case .lost(let why):
                frame.note = "\(why); the stack below is not shown"
                frames.append(frame)
                return frames
            case .caller(let next):
                withoutStack =
                    place.registers[Register.sp.index] == next.registers[Register.sp.index] ? withoutStack + 1 : 0
                if withoutStack > Unwinder.mostWithoutStack || frames.count + 1 == Self.mostFrames {
                    frame.note =
                        frames.count + 1 == Self.mostFrames
                        ? "the stack has more frames than the \(Self.mostFrames) that are looked at"
                        : "the stack leads in a circle; what is below is not shown"
                    frames.append(frame)
                    return frames
                }
                frames.append(frame)
                place = next
            }
        }
    }
}
