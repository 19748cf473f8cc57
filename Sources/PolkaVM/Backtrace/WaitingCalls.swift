// Calls of the guest that wait: a host function that they called has called the guest again. A new call overwrites registers
// and program counter and needs nothing of the old ones (vm.md 3.2); they are noted only so that a call stack can show them.
//
// A host call costs a note that it is being answered, and a call a look whether it is the first within an answer. All else
// happens only where calls are nested.

import PolkaISA

/// A host call in whose answer the guest was called again.
struct WaitingCall {
    /// Where the `ecalli` is.
    let codeOffset: UInt32
    let registers: [UInt64]
}

/// Where an instance is between calls and host calls.
@usableFromInline
enum Nesting: UInt8 {
    /// No host call is being answered.
    case none
    /// A host call is being answered, which has not called the guest so far.
    case answering
    /// A host call is being answered, which has called the guest: the last of the waiting calls is its.
    case nested
    /// A host function has thrown an error out of a nested call: the waiting calls tell where, until the next call begins.
    case abandoned
}

extension Instance {
    /// How many calls wait when a run begins.
    func waitingDepth() -> Int {
        switch machine.nesting {
        case .none: return 0
        case .answering, .nested: return waitingCalls.count
        case .abandoned:
            forgetWaitingCalls(above: abandonedDepth)
            return abandonedDepth
        }
    }

    /// Notes that a call begins while a host call may be waiting for its answer.
    @inline(never)
    func noteNestedCall() {
        switch machine.nesting {
        case .none, .nested: break
        case .answering:
            waitingCalls.append(WaitingCall(codeOffset: machine.lastProgramCounter ?? 0, registers: registers))
            machine.nesting = .nested
        case .abandoned: forgetWaitingCalls(above: abandonedDepth)
        }
    }

    /// Forgets the calls within a host call that has been answered.
    @inline(never)
    func forgetWaitingCalls(above depth: Int) {
        waitingCalls.removeLast(max(0, waitingCalls.count - depth))
        machine.nesting = depth > 0 ? .nested : .none
    }

    /// Keeps what a call stack needs when a host function has thrown an error.
    func abandonHostCall(outside: Nesting, depth: Int) {
        if machine.nesting == .answering {
            machine.nesting = outside
        } else {
            machine.nesting = .abandoned
            abandonedDepth = depth
        }
    }
}
