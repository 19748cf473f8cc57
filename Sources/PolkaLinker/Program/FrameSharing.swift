// Which functions work in the stack frames of others, so that what holds for the code of one holds for the others.
//
// By the calling convention a function has a frame of its own. Not so a function to which another jumps in place of doing the
// work itself, nor pieces that several functions have in common: compilers that save bytes call them by another register than
// ra, and hand-written code has functions that never move the stack pointer. And passes move code from one function to another.

import PolkaISA

/// How frames are handed on between functions; nil stands for code that no function symbol covers.
struct FrameSharing {
    /// By function: those into whose frames it reaches.
    private var users: [Location?: [Location?]] = [:]
    /// By function: those that go on in its frame.
    private var continuations: [Location?: [Location?]] = [:]

    init(_ program: Program) {
        var makers: Set<Location?> = []
        for id in program.order where program[id].operations.contains(where: \.operation.lowersStackPointer) {
            makers.insert(program[id].function)
        }
        for id in program.order {
            let function = program[id].function
            let link = program[id].control.link
            let isCall = link == .ra
            program[id].control.forEachSuccessor { successor in
                let other = program[successor].function
                guard other != function else { return }
                if !isCall { continuations[function, default: []].append(other) }
                if !makers.contains(other) || (link != nil && !isCall) { users[other, default: []].append(function) }
            }
        }
    }

    /// All functions for whose frames something holds that some blocks do.
    func functions(of program: Program, whereSomeBlock does: (Block) -> Bool) -> Set<Location?> {
        var functions: Set<Location?> = []
        for id in program.order where !functions.contains(program[id].function) && does(program[id]) {
            functions.insert(program[id].function)
        }
        Self.close(&functions, users)
        Self.close(&functions, continuations)
        return functions
    }

    private static func close(_ functions: inout Set<Location?>, _ neighbors: [Location?: [Location?]]) {
        var queue = Array(functions)
        while let function = queue.popLast() {
            for neighbor in neighbors[function] ?? [] where functions.insert(neighbor).inserted {
                queue.append(neighbor)
            }
        }
    }
}

extension Operation {
    fileprivate var lowersStackPointer: Bool {
        if case .binary(.add64, .sp, .register(.sp), .constant(let count)) = self { count < 0 } else { false }
    }
}
