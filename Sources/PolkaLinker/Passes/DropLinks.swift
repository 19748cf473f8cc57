// Calls that nobody returns from by their link register become jumps.
//
// Where a function has one caller, its return has become a jump already (`PropagateConstants`), and the address that the call
// loads is dead: the load goes, the slot in the jump table with it, and the function can become part of its caller. From there
// on it has no frame of its own; its origins say so, for backtraces. A function that never returns keeps its calls if it has
// several: the address is the only trace of who called `abort`.

extension Program {
    /// Changes calls to jumps.
    ///
    /// - Parameters:
    ///   - live: the registers that are read behind the start of each block.
    ///   - reached: at least what is reached now.
    mutating func dropLinks(_ live: [RegisterSet], _ reached: Reachability) {
        let references = countReferences(reached)
        var functions = FunctionBlocks(self)
        for id in order {
            guard case .call(let link, let target, _) = self[id].control, !live[target.rawValue].contains(link),
                references[target.rawValue] == 1
            else { continue }
            blocks[id.rawValue].control = .jump(target)
            functions.put(target, inPlaceOfCallAtEndOf: id, &self)
        }
    }
}

/// Which blocks each function has.
struct FunctionBlocks {
    private var blocks: [Location: [BlockID]] = [:]

    init(_ program: Program) {
        for id in program.order {
            if let function = program[id].function { blocks[function, default: []].append(id) }
        }
    }

    /// Makes a function that begins at a block part of the one that called it.
    mutating func put(_ entry: BlockID, inPlaceOfCallAtEndOf caller: BlockID, _ program: inout Program) {
        let (function, callingFunction) = (program[entry].function, program[caller].function)
        // Code of the same function may be called as well, by hand-written assembly.
        guard let function, function != callingFunction, let members = blocks.removeValue(forKey: function) else {
            return
        }
        let site = program.callSites.site(at: program[caller].controlOrigin)
        for id in members { program.put(id, inPlaceOf: site, callingFunction) }
        if let callingFunction { blocks[callingFunction, default: []] += members }
    }
}

extension Program {
    /// Notes that a block stands in the place of a call.
    mutating func put(_ id: BlockID, inPlaceOf site: CallSite, _ function: Location?) {
        blocks[id.rawValue].function = function
        for index in self[id].operations.indices {
            let origin = self[id].operations[index].origin
            blocks[id.rawValue].operations[index].origin = callSites.origin(origin, inPlaceOf: site)
        }
        blocks[id.rawValue].controlOrigin = callSites.origin(self[id].controlOrigin, inPlaceOf: site)
    }
}
