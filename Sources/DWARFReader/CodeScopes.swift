// From ranges of code that lie inside each other to runs of code, each with the innermost scope that it belongs to.

/// From an address on, code belongs to a scope.
struct ScopeStart: Equatable {
    let address: UInt64
    /// -1: to none.
    let scope: Int
}

/// Runs of code by rising address.
///
/// Outer ranges come first, and each range is cut off where the one around it ends. If ranges of different functions
/// overlap, as they do where a linker has folded equal functions into one, the last one counts.
func innermostScopes(of ranges: [ScopeRange]) -> [ScopeStart] {
    let order = ranges.indices.sorted {
        (ranges[$0].code.lowerBound, ranges[$0].depth, $0) < (ranges[$1].code.lowerBound, ranges[$1].depth, $1)
    }
    var result: [ScopeStart] = []
    var open: [(end: UInt64, scope: Int)] = []

    func start(_ scope: Int, at address: UInt64) {
        if let last = result.last {
            if last.address == address {
                result.removeLast()
                if result.last?.scope == scope { return }
            } else if last.scope == scope {
                return
            }
        }
        result.append(ScopeStart(address: address, scope: scope))
    }

    /// Ends what ends up to an address.
    func close(upTo address: UInt64) {
        while let last = open.last, last.end <= address {
            open.removeLast()
            // Those around it that end at the same place must not come to life for nothing.
            while let outer = open.last, outer.end <= last.end { open.removeLast() }
            start(open.last?.scope ?? -1, at: last.end)
        }
    }

    for index in order {
        let range = ranges[index]
        close(upTo: range.code.lowerBound)
        let end = min(range.code.upperBound, open.last?.end ?? .max)
        guard range.code.lowerBound < end else { continue }
        open.append((end, range.scope))
        start(range.scope, at: range.code.lowerBound)
    }
    close(upTo: .max)
    return result
}
