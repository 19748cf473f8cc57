// Services and authorizers of JAM, Gray Paper 0.8.0, which call host functions by number.
//
// Generated from Guest/hosts/jam-0.7.2.json, Guest/hosts/jam-0.8.0.json by `make headers`; changes belong there.

// swift-format-ignore-file

package import PolkaHost
import PolkaISA
package import PolkaVM

/// The versions of the interface.
package enum JAMVersion: String, CaseIterable, Sendable {
    case v072 = "0.7.2"
    case v080 = "0.8.0"
}

/// What the host calls.
package enum JAMEntry: String, CaseIterable, Sendable {
    /// Says whether a work package may use a core; in the authorizer's blob; gets the core's index, 2 bytes.
    case isAuthorized = "is_authorized"
    /// Does the work of an item; gets core and item index, service, payload, hash of the work package.
    case refine = "refine"
    /// Takes results and transfers into the service's state; gets time slot, service, number of inputs; 32 bytes of output become the yielded hash.
    case accumulate = "accumulate"

    /// Where in the code it is, in bytes.
    package var codeOffset: UInt32 {
        switch self {
        case .isAuthorized: 0
        case .refine: 0
        case .accumulate: 5
        }
    }
}

/// The functions of the host.
package enum JAMFunction: UInt8, CaseIterable, Sendable {
    /// The gas that is left.
    case gas
    /// Copies a part of what the entry was called for: parameters, work package, inputs.
    case fetch
    /// Copies a part of a preimage that a service has.
    case lookup
    /// Copies a part of a value in a service's storage.
    case read
    /// Stores a value in the own storage; of no bytes, removes it.
    case write
    /// Copies a part of a service's record.
    case info
    /// Copies a part of a preimage as it was available at the time of the work package.
    case historicalLookup
    /// Exports a segment; it is filled up with zeros.
    case export
    /// Makes an inner machine.
    case machine
    /// Copies from an inner machine's memory.
    case peek
    /// Copies into an inner machine's memory.
    case poke
    /// Sets what an inner machine may do with pages of its memory.
    case pages
    /// Runs an inner machine until it stops.
    case invoke
    /// Drops an inner machine.
    case expunge
    /// Names the privileged services.
    case bless
    /// Sets the queue of authorizers of a core, and who may set it next.
    case assign
    /// Sets the next validators; the delegator may.
    case designate
    /// Keeps what was done so far even if the rest fails.
    case checkpoint
    /// Makes a service.
    case new
    /// Changes the own code.
    case upgrade
    /// Sends an amount, gas and a memo to a service.
    case transfer
    /// Removes a service.
    case eject
    /// The state of a request for a preimage.
    case query
    /// Requests a preimage.
    case solicit
    /// Withdraws the request for a preimage.
    case forget
    /// Sets the hash that accumulation results in.
    case yield
    /// Provides a preimage that a service requested.
    case provide
    /// Writes a line to the host's log.
    case log
    /// Moves the top of the heap up.
    case growHeap

    /// What it is called.
    package var symbol: String {
        switch self {
        case .gas: "gas"
        case .fetch: "fetch"
        case .lookup: "lookup"
        case .read: "read"
        case .write: "write"
        case .info: "info"
        case .historicalLookup: "historical_lookup"
        case .export: "export"
        case .machine: "machine"
        case .peek: "peek"
        case .poke: "poke"
        case .pages: "pages"
        case .invoke: "invoke"
        case .expunge: "expunge"
        case .bless: "bless"
        case .assign: "assign"
        case .designate: "designate"
        case .checkpoint: "checkpoint"
        case .new: "new"
        case .upgrade: "upgrade"
        case .transfer: "transfer"
        case .eject: "eject"
        case .query: "query"
        case .solicit: "solicit"
        case .forget: "forget"
        case .yield: "yield"
        case .provide: "provide"
        case .log: "log"
        case .growHeap: "grow_heap"
        }
    }

    /// The number by which programs call it, nil where there is no such function.
    package func number(in version: JAMVersion) -> UInt32? {
        switch version {
        case .v072:
            switch self {
            case .gas: 0
            case .fetch: 1
            case .lookup: 2
            case .read: 3
            case .write: 4
            case .info: 5
            case .historicalLookup: 6
            case .export: 7
            case .machine: 8
            case .peek: 9
            case .poke: 10
            case .pages: 11
            case .invoke: 12
            case .expunge: 13
            case .bless: 14
            case .assign: 15
            case .designate: 16
            case .checkpoint: 17
            case .new: 18
            case .upgrade: 19
            case .transfer: 20
            case .eject: 21
            case .query: 22
            case .solicit: 23
            case .forget: 24
            case .yield: 25
            case .provide: 26
            case .log: 100
            default: nil
            }
        case .v080:
            switch self {
            case .gas: 0
            case .growHeap: 1
            case .fetch: 2
            case .lookup: 3
            case .read: 4
            case .write: 5
            case .info: 6
            case .historicalLookup: 7
            case .export: 8
            case .machine: 9
            case .peek: 10
            case .poke: 11
            case .pages: 12
            case .invoke: 13
            case .expunge: 14
            case .bless: 15
            case .assign: 16
            case .designate: 17
            case .checkpoint: 18
            case .new: 19
            case .upgrade: 20
            case .transfer: 21
            case .eject: 22
            case .query: 23
            case .solicit: 24
            case .forget: 25
            case .yield: 26
            case .provide: 27
            default: nil
            }
        }
    }

    /// Whether it may be called in an entry.
    package func isAllowed(in entry: JAMEntry, _ version: JAMVersion) -> Bool {
        switch version {
        case .v072:
            switch self {
            case .gas: true
            case .fetch: true
            case .lookup: [.accumulate].contains(entry)
            case .read: [.accumulate].contains(entry)
            case .write: [.accumulate].contains(entry)
            case .info: [.accumulate].contains(entry)
            case .historicalLookup: [.refine].contains(entry)
            case .export: [.refine].contains(entry)
            case .machine: [.refine].contains(entry)
            case .peek: [.refine].contains(entry)
            case .poke: [.refine].contains(entry)
            case .pages: [.refine].contains(entry)
            case .invoke: [.refine].contains(entry)
            case .expunge: [.refine].contains(entry)
            case .bless: [.accumulate].contains(entry)
            case .assign: [.accumulate].contains(entry)
            case .designate: [.accumulate].contains(entry)
            case .checkpoint: [.accumulate].contains(entry)
            case .new: [.accumulate].contains(entry)
            case .upgrade: [.accumulate].contains(entry)
            case .transfer: [.accumulate].contains(entry)
            case .eject: [.accumulate].contains(entry)
            case .query: [.accumulate].contains(entry)
            case .solicit: [.accumulate].contains(entry)
            case .forget: [.accumulate].contains(entry)
            case .yield: [.accumulate].contains(entry)
            case .provide: [.accumulate].contains(entry)
            case .log: true
            default: false
            }
        case .v080:
            switch self {
            case .gas: true
            case .growHeap: true
            case .fetch: true
            case .lookup: [.accumulate].contains(entry)
            case .read: [.accumulate].contains(entry)
            case .write: [.accumulate].contains(entry)
            case .info: [.accumulate].contains(entry)
            case .historicalLookup: [.refine].contains(entry)
            case .export: [.refine].contains(entry)
            case .machine: [.refine].contains(entry)
            case .peek: [.refine].contains(entry)
            case .poke: [.refine].contains(entry)
            case .pages: [.refine].contains(entry)
            case .invoke: [.refine].contains(entry)
            case .expunge: [.refine].contains(entry)
            case .bless: [.accumulate].contains(entry)
            case .assign: [.accumulate].contains(entry)
            case .designate: [.accumulate].contains(entry)
            case .checkpoint: [.accumulate].contains(entry)
            case .new: [.accumulate].contains(entry)
            case .upgrade: [.accumulate].contains(entry)
            case .transfer: [.accumulate].contains(entry)
            case .eject: [.accumulate].contains(entry)
            case .query: [.accumulate].contains(entry)
            case .solicit: [.accumulate].contains(entry)
            case .forget: [.accumulate].contains(entry)
            case .yield: [.accumulate].contains(entry)
            case .provide: [.accumulate].contains(entry)
            default: false
            }
        }
    }

    /// What a call costs, by case; none where there is no such function.
    package func gas(in version: JAMVersion) -> [HostGasRule] {
        switch version {
        case .v072: Self.v072Rules[Int(rawValue)]
        case .v080: Self.v080Rules[Int(rawValue)]
        }
    }

    private static let v072Rules: [[HostGasRule]] = [
        [HostGasRule(base: 10...10, terms: [])],  // gas
        [HostGasRule(base: 10...10, terms: [])],  // fetch
        [HostGasRule(base: 10...10, terms: [])],  // lookup
        [HostGasRule(base: 10...10, terms: [])],  // read
        [HostGasRule(base: 10...10, terms: [])],  // write
        [HostGasRule(base: 10...10, terms: [])],  // info
        [HostGasRule(base: 10...10, terms: [])],  // historical_lookup
        [HostGasRule(base: 10...10, terms: [])],  // export
        [HostGasRule(base: 10...10, terms: [])],  // machine
        [HostGasRule(base: 10...10, terms: [])],  // peek
        [HostGasRule(base: 10...10, terms: [])],  // poke
        [HostGasRule(base: 10...10, terms: [])],  // pages
        [HostGasRule(base: 10...10, terms: [])],  // invoke
        [HostGasRule(base: 10...10, terms: [])],  // expunge
        [HostGasRule(base: 10...10, terms: [])],  // bless
        [HostGasRule(base: 10...10, terms: [])],  // assign
        [HostGasRule(base: 10...10, terms: [])],  // designate
        [HostGasRule(base: 10...10, terms: [])],  // checkpoint
        [HostGasRule(base: 10...10, terms: [])],  // new
        [HostGasRule(base: 10...10, terms: [])],  // upgrade
        [HostGasRule(when: "it fails", base: 10...10, terms: []), HostGasRule(when: "it succeeds", base: 10...10, terms: [.init(1...1, per: "unit", of: "the gas passed")])],  // transfer
        [HostGasRule(base: 10...10, terms: [])],  // eject
        [HostGasRule(base: 10...10, terms: [])],  // query
        [HostGasRule(base: 10...10, terms: [])],  // solicit
        [HostGasRule(base: 10...10, terms: [])],  // forget
        [HostGasRule(base: 10...10, terms: [])],  // yield
        [HostGasRule(base: 10...10, terms: [])],  // provide
        [HostGasRule(base: 10...10, terms: [])],  // log
        [],  // grow_heap
    ]

    private static let v080Rules: [[HostGasRule]] = [
        [HostGasRule(base: 48...48, terms: [])],  // gas
        [HostGasRule(base: 80...390, terms: [.init(96...400, per: "KiB")])],  // fetch
        [HostGasRule(base: 600...600, terms: [.init(248...248, per: "KiB")])],  // lookup
        [HostGasRule(base: 2407...2407, terms: [.init(1736...1736, per: "KiB", of: "key"), .init(248...248, per: "KiB", of: "value")])],  // read
        [HostGasRule(base: 2442...2442, terms: [.init(3358...3358, per: "KiB", of: "key"), .init(216...216, per: "KiB", of: "value")])],  // write
        [HostGasRule(base: 703...703, terms: [])],  // info
        [HostGasRule(base: 1125...1125, terms: [.init(264...264, per: "KiB")])],  // historical_lookup
        [HostGasRule(base: 3521...3521, terms: [])],  // export
        [HostGasRule(base: 1862...1862, terms: [.init(112...112, per: "KiB")])],  // machine
        [HostGasRule(base: 377...377, terms: [.init(336...336, per: "KiB")])],  // peek
        [HostGasRule(base: 297...297, terms: [.init(224...224, per: "KiB")])],  // poke
        [HostGasRule(when: "pages are allocated", base: 275...275, terms: [.init(121...121, per: "page")]), HostGasRule(when: "pages are freed", base: 212...212, terms: [.init(118...118, per: "page")]), HostGasRule(when: "the mode changes", base: 130...130, terms: [.init(29...29, per: "page")]), HostGasRule(when: "the request is invalid", base: 80...80, terms: [])],  // pages
        [HostGasRule(base: 968...968, terms: [.init(1...1, per: "unit", of: "inner gas")])],  // invoke
        [HostGasRule(base: 335...335, terms: [])],  // expunge
        [HostGasRule(base: 422...422, terms: [.init(20...20, per: "entry")])],  // bless
        [HostGasRule(base: 1818...1818, terms: [])],  // assign
        [HostGasRule(base: 1100...1100, terms: [.init(302...302, per: "validator")])],  // designate
        [HostGasRule(base: 103...103, terms: [])],  // checkpoint
        [HostGasRule(base: 3855...3855, terms: [])],  // new
        [HostGasRule(base: 1028...1028, terms: [])],  // upgrade
        [HostGasRule(when: "it fails", base: 575...575, terms: []), HostGasRule(when: "it succeeds", base: 575...575, terms: [.init(1...1, per: "unit", of: "the gas passed")])],  // transfer
        [HostGasRule(base: 458...458, terms: [])],  // eject
        [HostGasRule(base: 643...643, terms: [])],  // query
        [HostGasRule(base: 2193...2193, terms: [])],  // solicit
        [HostGasRule(base: 3250...3250, terms: [])],  // forget
        [HostGasRule(base: 98...98, terms: [])],  // yield
        [HostGasRule(base: 3980...3980, terms: [.init(2264...2264, per: "KiB")])],  // provide
        [],  // log
        [HostGasRule(base: 275...275, terms: [.init(121...121, per: "page", of: "new pages")])],  // grow_heap
    ]

    /// What a call costs to a function that there is not.
    package static func gasOfUnknown(in version: JAMVersion) -> UInt64 {
        switch version {
        case .v072: 10
        case .v080: 1000
        }
    }
}

/// Results that are no number.
package enum JAMResultCode: UInt64, CaseIterable, Sendable {
    /// All went well.
    case ok = 0
    /// There is nothing there.
    case none = 0xffffffffffffffff
    /// The host has no such function.
    case what = 0xfffffffffffffffe
    /// Memory of an inner machine is not accessible.
    case oob = 0xfffffffffffffffd
    /// An id names nothing.
    case who = 0xfffffffffffffffc
    /// There is no room, or the balance does not carry it.
    case full = 0xfffffffffffffffb
    /// There is no such core.
    case core = 0xfffffffffffffffa
    /// The balance does not suffice.
    case cash = 0xfffffffffffffff9
    /// There is too little gas.
    case low = 0xfffffffffffffff8
    /// Not allowed, or invalid.
    case huh = 0xfffffffffffffff7
}

/// Why an inner machine stopped.
package enum JAMInnerCode: UInt64, CaseIterable, Sendable {
    /// It returned.
    case halt = 0
    /// It trapped.
    case panic = 1
    /// It touched a page that it may not.
    case fault = 2
    /// It called a host function.
    case host = 3
    /// Its gas is used up.
    case oog = 4
}

/// Services that have no id of their own in a call.
package enum JAMServiceCode: UInt64, CaseIterable, Sendable {
    /// The service that calls.
    case `self` = 0xffffffffffffffff
}

/// What fetch copies.
package enum JAMFetchCode: UInt64, CaseIterable, Sendable {
    /// The protocol parameters.
    case parameters = 0
    /// The entropy.
    case entropy = 1
    /// What the authorizer left.
    case authorizerTrace = 2
    /// An extrinsic of an item: first index the item, second the extrinsic.
    case anyExtrinsic = 3
    /// An extrinsic of the own item: first index.
    case ownExtrinsic = 4
    /// An imported segment of an item: first index the item, second the segment.
    case anyImport = 5
    /// An imported segment of the own item: first index.
    case ownImport = 6
    /// The whole work package.
    case workPackage = 7
    /// The authorizer's configuration.
    case authorizerConfiguration = 8
    /// The authorization token.
    case authorizationToken = 9
    /// The context of refine.
    case refineContext = 10
    /// Summaries of all items.
    case itemSummaries = 11
    /// The summary of an item: first index.
    case itemSummary = 12
    /// The payload of an item: first index.
    case itemPayload = 13
    /// All inputs of accumulate.
    case accumulateInputs = 14
    /// An input of accumulate: first index.
    case accumulateInput = 15
}

/// What may be done with a page.
package enum JAMPageModeCode: UInt64, CaseIterable, Sendable {
    /// Nothing.
    case none = 0
    /// Read; its bytes become zero.
    case readZeroed = 1
    /// Read and write; its bytes become zero.
    case writeZeroed = 2
    /// Read; its bytes stay.
    case read = 3
    /// Read and write; its bytes stay.
    case write = 4
}

/// Sizes and limits of the protocol.
package enum JAMLimits {
    /// Bytes of a page of memory.
    package static let pageBytes: UInt64 = 4096
    /// Bytes that regions of memory are rounded up to.
    package static let zoneBytes: UInt64 = 65536
    /// Bytes of an entry's arguments at most.
    package static let argumentBytes: UInt64 = 16777216
    /// Gas of is_authorized.
    package static let isAuthorizedGas: UInt64 = 50000000
    /// Gas of refine at most.
    package static let refineGas: UInt64 = 5000000000
    /// Bytes of an authorizer's code at most.
    package static let authorizerCodeBytes: UInt64 = 64000
    /// Bytes of a service's code at most.
    package static let serviceCodeBytes: UInt64 = 4000000
    /// Bytes of the protocol parameters.
    package static func parametersBytes(in version: JAMVersion) -> UInt64 {
        switch version {
        case .v072: 134
        case .v080: 122
        }
    }
    /// Bytes of a segment.
    package static let segmentBytes: UInt64 = 4104
    /// Bytes of a transfer's memo.
    package static let memoBytes: UInt64 = 128
    /// Bytes that describe a validator.
    package static let validatorBytes: UInt64 = 336
    /// Bytes of a service's record.
    package static let serviceInfoBytes: UInt64 = 96
    /// Segments that a work package imports at most.
    package static let packageImports: UInt64 = 3072
    /// Segments that a work package exports at most.
    package static let packageExports: UInt64 = 3072
    /// Items of a work package at most.
    package static let packageItems: UInt64 = 16
    /// Extrinsics of a work package at most.
    package static let packageExtrinsics: UInt64 = 128
    /// Bytes of a work package with what it imports at most.
    package static let bundleBytes: UInt64 = 13791360
    /// Bytes of a report's outputs at most.
    package static let reportOutputBytes: UInt64 = 49152
    /// Cores.
    package static let cores: UInt64 = 341
    /// Authorizers in the queue of a core.
    package static let queueEntries: UInt64 = 80
    /// Validators.
    package static let validators: UInt64 = 1023
    /// Validators at least; a multiple of 3.
    package static func validatorsMinimum(in version: JAMVersion) -> UInt64? {
        switch version {
        case .v072: nil
        case .v080: 6
        }
    }
    /// Inner machines at a time; of one implementation.
    package static func innerMachines(in version: JAMVersion) -> UInt64? {
        switch version {
        case .v072: nil
        case .v080: 63
        }
    }
}

/// What answers the functions. Addresses are those of the guest's memory, which nobody has looked at yet.
package protocol JAMFunctions {
    /// Called ahead of each function: takes its gas, or refuses it by throwing.
    func begin(_ function: JAMFunction, _ context: HostContext) throws
    /// The gas that is left.
    func gas(_ context: HostContext) throws -> UInt64
    /// Copies a part of what the entry was called for: parameters, work package, inputs.
    func fetch(_ context: HostContext, output: UInt64, offset: UInt64, length: UInt64, selector: UInt64, firstIndex: UInt64, secondIndex: UInt64) throws -> UInt64
    /// Copies a part of a preimage that a service has.
    func lookup(_ context: HostContext, service: UInt64, hash: UInt64, output: UInt64, offset: UInt64, length: UInt64) throws -> UInt64
    /// Copies a part of a value in a service's storage.
    func read(_ context: HostContext, service: UInt64, key: UInt64, keyLength: UInt64, output: UInt64, offset: UInt64, length: UInt64) throws -> UInt64
    /// Stores a value in the own storage; of no bytes, removes it.
    func write(_ context: HostContext, key: UInt64, keyLength: UInt64, value: UInt64, valueLength: UInt64) throws -> UInt64
    /// Copies a part of a service's record.
    func info(_ context: HostContext, service: UInt64, output: UInt64, offset: UInt64, length: UInt64) throws -> UInt64
    /// Copies a part of a preimage as it was available at the time of the work package.
    func historicalLookup(_ context: HostContext, service: UInt64, hash: UInt64, output: UInt64, offset: UInt64, length: UInt64) throws -> UInt64
    /// Exports a segment; it is filled up with zeros.
    func export(_ context: HostContext, data: UInt64, length: UInt64) throws -> UInt64
    /// Makes an inner machine.
    func machine(_ context: HostContext, code: UInt64, codeLength: UInt64, start: UInt64) throws -> UInt64
    /// Copies from an inner machine's memory.
    func peek(_ context: HostContext, machine: UInt64, destination: UInt64, source: UInt64, length: UInt64) throws -> UInt64
    /// Copies into an inner machine's memory.
    func poke(_ context: HostContext, machine: UInt64, source: UInt64, destination: UInt64, length: UInt64) throws -> UInt64
    /// Sets what an inner machine may do with pages of its memory.
    func pages(_ context: HostContext, machine: UInt64, firstPage: UInt64, count: UInt64, mode: UInt64) throws -> UInt64
    /// Runs an inner machine until it stops.
    func invoke(_ context: HostContext, machine: UInt64, state: UInt64) throws -> (UInt64, UInt64)
    /// Drops an inner machine.
    func expunge(_ context: HostContext, machine: UInt64) throws -> UInt64
    /// Names the privileged services.
    func bless(_ context: HostContext, manager: UInt64, assigners: UInt64, delegator: UInt64, registrar: UInt64, alwaysAccumulate: UInt64, count: UInt64) throws -> UInt64
    /// Sets the queue of authorizers of a core, and who may set it next.
    func assign(_ context: HostContext, core: UInt64, queue: UInt64, assigner: UInt64) throws -> UInt64
    /// Sets the next validators; the delegator may.
    func designate(_ context: HostContext, validators: UInt64, count: UInt64?) throws -> UInt64
    /// Keeps what was done so far even if the rest fails.
    func checkpoint(_ context: HostContext) throws -> UInt64
    /// Makes a service.
    func new(_ context: HostContext, codeHash: UInt64, codeLength: UInt64, minimumItemGas: UInt64, minimumMemoGas: UInt64, gratis: UInt64, wantedId: UInt64) throws -> UInt64
    /// Changes the own code.
    func upgrade(_ context: HostContext, codeHash: UInt64, minimumItemGas: UInt64, minimumMemoGas: UInt64) throws -> UInt64
    /// Sends an amount, gas and a memo to a service.
    func transfer(_ context: HostContext, destination: UInt64, amount: UInt64, gas: UInt64, memo: UInt64) throws -> UInt64
    /// Removes a service.
    func eject(_ context: HostContext, service: UInt64, hash: UInt64) throws -> UInt64
    /// The state of a request for a preimage.
    func query(_ context: HostContext, hash: UInt64, length: UInt64) throws -> (UInt64, UInt64)
    /// Requests a preimage.
    func solicit(_ context: HostContext, hash: UInt64, length: UInt64) throws -> UInt64
    /// Withdraws the request for a preimage.
    func forget(_ context: HostContext, hash: UInt64, length: UInt64) throws -> UInt64
    /// Sets the hash that accumulation results in.
    func yield(_ context: HostContext, hash: UInt64) throws -> UInt64
    /// Provides a preimage that a service requested.
    func provide(_ context: HostContext, service: UInt64, data: UInt64, length: UInt64) throws -> UInt64
    /// Writes a line to the host's log.
    func log(_ context: HostContext, level: UInt64, target: UInt64, targetLength: UInt64, message: UInt64, messageLength: UInt64) throws
    /// Moves the top of the heap up.
    func growHeap(_ context: HostContext, top: UInt64) throws -> UInt64
}

extension JAMFunction {
    /// Offers all functions of a version by number; `host` tells who answers a guest.
    package static func define<Host: JAMFunctions>(
        in linker: inout Linker, _ version: JAMVersion, host: @escaping (HostContext) throws -> Host
    ) throws(LinkerError) {
        if let number = Self.gas.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.gas, context)
                context.setResult(try host.gas(context))
            }
        }
        if let number = Self.fetch.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.fetch, context)
                context.setResult(try host.fetch(context, output: context.argument(0), offset: context.argument(1), length: context.argument(2), selector: context.argument(3), firstIndex: context.argument(4), secondIndex: context.argument(5)))
            }
        }
        if let number = Self.lookup.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.lookup, context)
                context.setResult(try host.lookup(context, service: context.argument(0), hash: context.argument(1), output: context.argument(2), offset: context.argument(3), length: context.argument(4)))
            }
        }
        if let number = Self.read.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.read, context)
                context.setResult(try host.read(context, service: context.argument(0), key: context.argument(1), keyLength: context.argument(2), output: context.argument(3), offset: context.argument(4), length: context.argument(5)))
            }
        }
        if let number = Self.write.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.write, context)
                context.setResult(try host.write(context, key: context.argument(0), keyLength: context.argument(1), value: context.argument(2), valueLength: context.argument(3)))
            }
        }
        if let number = Self.info.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.info, context)
                context.setResult(try host.info(context, service: context.argument(0), output: context.argument(1), offset: context.argument(2), length: context.argument(3)))
            }
        }
        if let number = Self.historicalLookup.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.historicalLookup, context)
                context.setResult(try host.historicalLookup(context, service: context.argument(0), hash: context.argument(1), output: context.argument(2), offset: context.argument(3), length: context.argument(4)))
            }
        }
        if let number = Self.export.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.export, context)
                context.setResult(try host.export(context, data: context.argument(0), length: context.argument(1)))
            }
        }
        if let number = Self.machine.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.machine, context)
                context.setResult(try host.machine(context, code: context.argument(0), codeLength: context.argument(1), start: context.argument(2)))
            }
        }
        if let number = Self.peek.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.peek, context)
                context.setResult(try host.peek(context, machine: context.argument(0), destination: context.argument(1), source: context.argument(2), length: context.argument(3)))
            }
        }
        if let number = Self.poke.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.poke, context)
                context.setResult(try host.poke(context, machine: context.argument(0), source: context.argument(1), destination: context.argument(2), length: context.argument(3)))
            }
        }
        if let number = Self.pages.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.pages, context)
                context.setResult(try host.pages(context, machine: context.argument(0), firstPage: context.argument(1), count: context.argument(2), mode: context.argument(3)))
            }
        }
        if let number = Self.invoke.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.invoke, context)
                (context.instance[.a0], context.instance[.a1]) = try host.invoke(context, machine: context.argument(0), state: context.argument(1))
            }
        }
        if let number = Self.expunge.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.expunge, context)
                context.setResult(try host.expunge(context, machine: context.argument(0)))
            }
        }
        if let number = Self.bless.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.bless, context)
                context.setResult(try host.bless(context, manager: context.argument(0), assigners: context.argument(1), delegator: context.argument(2), registrar: context.argument(3), alwaysAccumulate: context.argument(4), count: context.argument(5)))
            }
        }
        if let number = Self.assign.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.assign, context)
                context.setResult(try host.assign(context, core: context.argument(0), queue: context.argument(1), assigner: context.argument(2)))
            }
        }
        if let number = Self.designate.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.designate, context)
                context.setResult(try host.designate(context, validators: context.argument(0), count: version == .v072 ? nil : context.argument(1)))
            }
        }
        if let number = Self.checkpoint.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.checkpoint, context)
                context.setResult(try host.checkpoint(context))
            }
        }
        if let number = Self.new.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.new, context)
                context.setResult(try host.new(context, codeHash: context.argument(0), codeLength: context.argument(1), minimumItemGas: context.argument(2), minimumMemoGas: context.argument(3), gratis: context.argument(4), wantedId: context.argument(5)))
            }
        }
        if let number = Self.upgrade.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.upgrade, context)
                context.setResult(try host.upgrade(context, codeHash: context.argument(0), minimumItemGas: context.argument(1), minimumMemoGas: context.argument(2)))
            }
        }
        if let number = Self.transfer.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.transfer, context)
                context.setResult(try host.transfer(context, destination: context.argument(0), amount: context.argument(1), gas: context.argument(2), memo: context.argument(3)))
            }
        }
        if let number = Self.eject.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.eject, context)
                context.setResult(try host.eject(context, service: context.argument(0), hash: context.argument(1)))
            }
        }
        if let number = Self.query.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.query, context)
                (context.instance[.a0], context.instance[.a1]) = try host.query(context, hash: context.argument(0), length: context.argument(1))
            }
        }
        if let number = Self.solicit.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.solicit, context)
                context.setResult(try host.solicit(context, hash: context.argument(0), length: context.argument(1)))
            }
        }
        if let number = Self.forget.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.forget, context)
                context.setResult(try host.forget(context, hash: context.argument(0), length: context.argument(1)))
            }
        }
        if let number = Self.yield.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.yield, context)
                context.setResult(try host.yield(context, hash: context.argument(0)))
            }
        }
        if let number = Self.provide.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.provide, context)
                context.setResult(try host.provide(context, service: context.argument(0), data: context.argument(1), length: context.argument(2)))
            }
        }
        if let number = Self.log.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.log, context)
                try host.log(context, level: context.argument(0), target: context.argument(1), targetLength: context.argument(2), message: context.argument(3), messageLength: context.argument(4))
            }
        }
        if let number = Self.growHeap.number(in: version) {
            try linker.define(number: number) { context in
                let host = try host(context)
                try host.begin(.growHeap, context)
                context.setResult(try host.growHeap(context, top: context.argument(0)))
            }
        }
    }
}
