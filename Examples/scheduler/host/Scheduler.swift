// Ten thousand guests, a little at a time: each gets gas for a turn, and waits for its next one wherever the gas ran out. A guest
// may also rest for some rounds; that is a host call without an answer, until its time has come.

import PolkaISA
import PolkaVM

/// A guest that is not done.
struct Guest {
    let instance: Instance
    let limit: UInt64
    /// The round in which it goes on.
    var wakesIn = 0
}

/// How often guests took turns.
struct Turns: Sendable {
    var all = 0
    var paused = 0
    var rested = 0
}

/// Guests that take turns, all in one thread.
struct Scheduler {
    /// Gas for a turn: some microseconds.
    static let gasPerTurn: Int64 = 2_000

    private var guests: [Guest]
    private(set) var turns = Turns()

    /// - Parameters:
    ///   - module: the program of all guests.
    ///   - limits: what each of them is called with.
    /// - Throws: what making an instance throws.
    init(_ module: Module, limits: [UInt64]) throws {
        // Nothing answers `rest`: the run stops there.
        let linked = try Linker().link(module)
        guests = try limits.map { limit in
            let guest = Guest(instance: try linked.instantiate(), limit: limit)
            try guest.instance.prepareCall("work", [limit])
            return guest
        }
    }

    /// Runs all guests to their ends.
    mutating func run() throws {
        var round = 0
        while !guests.isEmpty {
            var unfinished: [Guest] = []
            for var guest in guests {
                let goesOn = try guest.wakesIn > round || turn(&guest, round)
                if goesOn { unfinished.append(guest) }
            }
            guests = unfinished
            round += 1
        }
    }

    /// Lets a guest go on until its gas is used up, it rests, or it is done.
    ///
    /// - Returns: whether it will go on.
    private mutating func turn(_ guest: inout Guest, _ round: Int) throws -> Bool {
        turns.all += 1
        guest.instance.gas = Self.gasPerTurn
        let exit = try guest.instance.run()
        switch exit {
        case .outOfGas:
            turns.paused += 1
            return true
        case .hostCall:
            turns.rested += 1
            guest.wakesIn = round + 1 + Int(guest.instance[.a0])
            return true
        case .finished:
            let expected = Self.mostSteps(upTo: guest.limit)
            guard guest.instance[.a0] == expected else {
                throw Failure("work(\(guest.limit)) is \(guest.instance[.a0]), expected \(expected)")
            }
            return false
        case .trap, .pageFault, .cancelled:
            throw Failure("a guest \(guest.instance.description(of: exit))")
        }
    }

    /// The same in Swift.
    private static func mostSteps(upTo limit: UInt64) -> Int {
        (1...limit).map { start in
            var (n, count) = (start, 0)
            while n != 1 { (n, count) = (n % 2 == 0 ? n / 2 : 3 * n + 1, count + 1) }
            return count
        }.max() ?? 0
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
