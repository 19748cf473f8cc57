// Where an operation comes from: the instruction of the input, and the calls that the linker replaced by the code they called.
//
// Debug information and messages need it, so every pass that makes, moves or copies operations carries it along. An operation
// that a pass makes has the origin of the one whose work it does.

/// The instruction behind an operation.
struct Origin: Hashable, Sendable {
    /// The first byte of the RISC-V instruction.
    var location: Location
    /// The call in whose place the linker put this code; nil if a call or a jump of the program leads here.
    var callSite: CallSite?

    init(_ location: Location, callSite: CallSite? = nil) {
        self.location = location
        self.callSite = callSite
    }
}

/// A call that is no call any more, by its number in `CallSites`.
struct CallSite: Hashable, Sendable {
    fileprivate let rawValue: Int
}

/// The calls that the linker has replaced by the code they called.
struct CallSites: Sendable {
    /// Where each call was, which may be in code that is itself in place of a call.
    private var origins: [Origin] = []
    private var numbers: [Origin: CallSite] = [:]

    /// The instruction that called.
    subscript(_ site: CallSite) -> Origin { origins[site.rawValue] }

    /// The call that stood at an origin.
    mutating func site(at origin: Origin) -> CallSite {
        if let known = numbers[origin] { return known }
        let site = CallSite(rawValue: origins.count)
        origins.append(origin)
        numbers[origin] = site
        return site
    }

    /// The origin of code that was put in the place of a call, with all that had been put into it.
    mutating func origin(_ origin: Origin, inPlaceOf call: CallSite) -> Origin {
        guard let inner = origin.callSite else { return Origin(origin.location, callSite: call) }
        return Origin(origin.location, callSite: site(at: self.origin(self[inner], inPlaceOf: call)))
    }

    /// The instructions behind an origin, outermost first: the calls, then the instruction itself.
    func chain(of origin: Origin) -> [Location] {
        var chain = [origin.location]
        var site = origin.callSite
        while let current = site {
            chain.append(self[current].location)
            site = self[current].callSite
        }
        return chain.reversed()
    }
}
