// Services and authorizers of JAM, Gray Paper 0.7.2, which call host functions by number.
// Services and authorizers of JAM, Gray Paper 0.8.0, which call host functions by number.
//
// Generated from the files Guest/hosts/jam-….json by `make headers`; changes belong there.

// swift-format-ignore-file

@_exported import CJAM

/// What the host offers, as it is: functions, constants, limits.
public enum Host {}

extension Host {
    /// Results that are no number.
    public enum Result {
        /// All went well.
        @inlinable public static var ok: UInt64 { JAM_OK }
        /// There is nothing there.
        @inlinable public static var none: UInt64 { JAM_NONE }
        /// The host has no such function.
        @inlinable public static var what: UInt64 { JAM_WHAT }
        /// Memory of an inner machine is not accessible.
        @inlinable public static var oob: UInt64 { JAM_OOB }
        /// An id names nothing.
        @inlinable public static var who: UInt64 { JAM_WHO }
        /// There is no room, or the balance does not carry it.
        @inlinable public static var full: UInt64 { JAM_FULL }
        /// There is no such core.
        @inlinable public static var core: UInt64 { JAM_CORE }
        /// The balance does not suffice.
        @inlinable public static var cash: UInt64 { JAM_CASH }
        /// There is too little gas.
        @inlinable public static var low: UInt64 { JAM_LOW }
        /// Not allowed, or invalid.
        @inlinable public static var huh: UInt64 { JAM_HUH }
    }
}

extension Host {
    /// Why an inner machine stopped.
    public enum Inner {
        /// It returned.
        @inlinable public static var halt: UInt64 { JAM_INNER_HALT }
        /// It trapped.
        @inlinable public static var panic: UInt64 { JAM_INNER_PANIC }
        /// It touched a page that it may not.
        @inlinable public static var fault: UInt64 { JAM_INNER_FAULT }
        /// It called a host function.
        @inlinable public static var host: UInt64 { JAM_INNER_HOST }
        /// Its gas is used up.
        @inlinable public static var oog: UInt64 { JAM_INNER_OOG }
    }
}

extension Host {
    /// Services that have no id of their own in a call.
    public enum Service {
        /// The service that calls.
        @inlinable public static var itself: UInt64 { JAM_SERVICE_SELF }
    }
}

extension Host {
    /// What fetch copies.
    public enum Fetch {
        /// The protocol parameters.
        @inlinable public static var parameters: UInt64 { JAM_FETCH_PARAMETERS }
        /// The entropy.
        @inlinable public static var entropy: UInt64 { JAM_FETCH_ENTROPY }
        /// What the authorizer left.
        @inlinable public static var authorizerTrace: UInt64 { JAM_FETCH_AUTHORIZER_TRACE }
        /// An extrinsic of an item: first index the item, second the extrinsic.
        @inlinable public static var anyExtrinsic: UInt64 { JAM_FETCH_ANY_EXTRINSIC }
        /// An extrinsic of the own item: first index.
        @inlinable public static var ownExtrinsic: UInt64 { JAM_FETCH_OWN_EXTRINSIC }
        /// An imported segment of an item: first index the item, second the segment.
        @inlinable public static var anyImport: UInt64 { JAM_FETCH_ANY_IMPORT }
        /// An imported segment of the own item: first index.
        @inlinable public static var ownImport: UInt64 { JAM_FETCH_OWN_IMPORT }
        /// The whole work package.
        @inlinable public static var workPackage: UInt64 { JAM_FETCH_WORK_PACKAGE }
        /// The authorizer's configuration.
        @inlinable public static var authorizerConfiguration: UInt64 { JAM_FETCH_AUTHORIZER_CONFIGURATION }
        /// The authorization token.
        @inlinable public static var authorizationToken: UInt64 { JAM_FETCH_AUTHORIZATION_TOKEN }
        /// The context of refine.
        @inlinable public static var refineContext: UInt64 { JAM_FETCH_REFINE_CONTEXT }
        /// Summaries of all items.
        @inlinable public static var itemSummaries: UInt64 { JAM_FETCH_ITEM_SUMMARIES }
        /// The summary of an item: first index.
        @inlinable public static var itemSummary: UInt64 { JAM_FETCH_ITEM_SUMMARY }
        /// The payload of an item: first index.
        @inlinable public static var itemPayload: UInt64 { JAM_FETCH_ITEM_PAYLOAD }
        /// All inputs of accumulate.
        @inlinable public static var accumulateInputs: UInt64 { JAM_FETCH_ACCUMULATE_INPUTS }
        /// An input of accumulate: first index.
        @inlinable public static var accumulateInput: UInt64 { JAM_FETCH_ACCUMULATE_INPUT }
    }
}

extension Host {
    /// What may be done with a page.
    public enum PageMode {
        /// Nothing.
        @inlinable public static var none: UInt64 { JAM_PAGES_NONE }
        /// Read; its bytes become zero.
        @inlinable public static var readZeroed: UInt64 { JAM_PAGES_READ_ZEROED }
        /// Read and write; its bytes become zero.
        @inlinable public static var writeZeroed: UInt64 { JAM_PAGES_WRITE_ZEROED }
        /// Read; its bytes stay.
        @inlinable public static var read: UInt64 { JAM_PAGES_READ }
        /// Read and write; its bytes stay.
        @inlinable public static var write: UInt64 { JAM_PAGES_WRITE }
    }
}

extension Host {
    /// Sizes and limits of the protocol.
    public enum Limit {
        /// Bytes of a page of memory.
        @inlinable public static var pageBytes: Int { Int(JAM_LIMIT_PAGE_BYTES) }
        /// Bytes that regions of memory are rounded up to.
        @inlinable public static var zoneBytes: Int { Int(JAM_LIMIT_ZONE_BYTES) }
        /// Bytes of an entry's arguments at most.
        @inlinable public static var argumentBytes: Int { Int(JAM_LIMIT_ARGUMENT_BYTES) }
        /// Gas of is_authorized.
        @inlinable public static var isAuthorizedGas: Int { Int(JAM_LIMIT_IS_AUTHORIZED_GAS) }
        /// Gas of refine at most.
        @inlinable public static var refineGas: Int { Int(JAM_LIMIT_REFINE_GAS) }
        /// Bytes of an authorizer's code at most.
        @inlinable public static var authorizerCodeBytes: Int { Int(JAM_LIMIT_AUTHORIZER_CODE_BYTES) }
        /// Bytes of a service's code at most.
        @inlinable public static var serviceCodeBytes: Int { Int(JAM_LIMIT_SERVICE_CODE_BYTES) }
        /// Bytes of the protocol parameters.
        @inlinable public static var parametersBytes: Int { Int(JAM_LIMIT_PARAMETERS_BYTES) }
        /// Bytes of a segment.
        @inlinable public static var segmentBytes: Int { Int(JAM_LIMIT_SEGMENT_BYTES) }
        /// Bytes of a transfer's memo.
        @inlinable public static var memoBytes: Int { Int(JAM_LIMIT_MEMO_BYTES) }
        /// Bytes that describe a validator.
        @inlinable public static var validatorBytes: Int { Int(JAM_LIMIT_VALIDATOR_BYTES) }
        /// Bytes of a service's record.
        @inlinable public static var serviceInfoBytes: Int { Int(JAM_LIMIT_SERVICE_INFO_BYTES) }
        /// Segments that a work package imports at most.
        @inlinable public static var packageImports: Int { Int(JAM_LIMIT_PACKAGE_IMPORTS) }
        /// Segments that a work package exports at most.
        @inlinable public static var packageExports: Int { Int(JAM_LIMIT_PACKAGE_EXPORTS) }
        /// Items of a work package at most.
        @inlinable public static var packageItems: Int { Int(JAM_LIMIT_PACKAGE_ITEMS) }
        /// Extrinsics of a work package at most.
        @inlinable public static var packageExtrinsics: Int { Int(JAM_LIMIT_PACKAGE_EXTRINSICS) }
        /// Bytes of a work package with what it imports at most.
        @inlinable public static var bundleBytes: Int { Int(JAM_LIMIT_BUNDLE_BYTES) }
        /// Bytes of a report's outputs at most.
        @inlinable public static var reportOutputBytes: Int { Int(JAM_LIMIT_REPORT_OUTPUT_BYTES) }
        /// Cores.
        @inlinable public static var cores: Int { Int(JAM_LIMIT_CORES) }
        /// Authorizers in the queue of a core.
        @inlinable public static var queueEntries: Int { Int(JAM_LIMIT_QUEUE_ENTRIES) }
        /// - In 0.7.2: Validators.
        /// - In 0.8.0: Validators at most; a multiple of 3.
        @inlinable public static var validators: Int { Int(JAM_LIMIT_VALIDATORS) }
        #if PVM_JAM_0_8_0
        /// Validators at least; a multiple of 3.
        @inlinable public static var validatorsMinimum: Int { Int(JAM_LIMIT_VALIDATORS_MINIMUM) }
        #endif
        #if PVM_JAM_0_8_0
        /// Inner machines at a time; of one implementation.
        @inlinable public static var innerMachines: Int { Int(JAM_LIMIT_INNER_MACHINES) }
        #endif
    }
}

extension Host {
    /// The gas that is left.
    /// - Returns: The units of gas that are left.
    @inlinable @inline(__always)
    public static func gas() -> UInt64 {
        jam_gas()
    }

    /// Copies a part of what the entry was called for: parameters, work package, inputs.
    /// - Parameter offset: Of the first byte wanted.
    /// - Parameter length: Bytes wanted.
    /// - Returns: The length of the whole in bytes.
    /// - Errors: `none` (there is nothing of that kind).
    @inlinable @inline(__always)
    public static func fetch(
        output: UnsafeMutableRawPointer, offset: UInt64, length: UInt64, selector: UInt64, firstIndex: UInt64,
        secondIndex: UInt64) -> UInt64 {
        jam_fetch(output, offset, length, selector, firstIndex, secondIndex)
    }

    /// Copies a part of a preimage that a service has.
    /// Only for accumulate.
    /// - Parameter service: Or an id.
    /// - Parameter offset: Of the first byte wanted.
    /// - Parameter length: Bytes wanted.
    /// - Returns: The length of the preimage in bytes.
    /// - Errors: `none` (there is no such preimage).
    @inlinable @inline(__always)
    public static func lookup(
        service: UInt64, hash: UnsafeRawPointer, output: UnsafeMutableRawPointer, offset: UInt64,
        length: UInt64) -> UInt64 {
        jam_lookup(service, hash.assumingMemoryBound(to: UInt8.self), output, offset, length)
    }

    /// Copies a part of a value in a service's storage.
    /// Only for accumulate.
    /// - Parameter service: Or an id.
    /// - Parameter offset: Of the first byte wanted.
    /// - Parameter length: Bytes wanted.
    /// - Returns: The length of the value in bytes.
    /// - Errors: `none` (there is no such value).
    @inlinable @inline(__always)
    public static func read(
        service: UInt64, key: UnsafeRawPointer, keyLength: UInt64, output: UnsafeMutableRawPointer, offset: UInt64,
        length: UInt64) -> UInt64 {
        jam_read(service, key, keyLength, output, offset, length)
    }

    /// Stores a value in the own storage; of no bytes, removes it.
    /// Only for accumulate.
    /// - Returns: The length of the value that was there in bytes.
    /// - Errors: `none` (there was no value), `full` (the balance does not carry the storage).
    @inlinable @inline(__always)
    public static func write(
        key: UnsafeRawPointer, keyLength: UInt64, value: UnsafeRawPointer, valueLength: UInt64) -> UInt64 {
        jam_write(key, keyLength, value, valueLength)
    }

    /// Copies a part of a service's record.
    /// Only for accumulate.
    /// - Parameter service: Or an id.
    /// - Parameter output: Of a service_info.
    /// - Parameter offset: Of the first byte wanted.
    /// - Parameter length: Bytes wanted.
    /// - Returns: The length of the record, 96 bytes.
    /// - Errors: `none` (there is no such service).
    @inlinable @inline(__always)
    public static func info(service: UInt64, output: UnsafeMutableRawPointer, offset: UInt64, length: UInt64) -> UInt64 {
        jam_info(service, output, offset, length)
    }

    /// Copies a part of a preimage as it was available at the time of the work package.
    /// Only for refine.
    /// - Parameter service: Or an id.
    /// - Parameter offset: Of the first byte wanted.
    /// - Parameter length: Bytes wanted.
    /// - Returns: The length of the preimage in bytes.
    /// - Errors: `none` (there was no such preimage).
    @inlinable @inline(__always)
    public static func historicalLookup(
        service: UInt64, hash: UnsafeRawPointer, output: UnsafeMutableRawPointer, offset: UInt64,
        length: UInt64) -> UInt64 {
        jam_historical_lookup(service, hash.assumingMemoryBound(to: UInt8.self), output, offset, length)
    }

    /// Exports a segment; it is filled up with zeros.
    /// Only for refine.
    /// - Returns: The index of the segment.
    /// - Errors: `full` (no more segments may be exported).
    @inlinable @inline(__always)
    public static func export(data: UnsafeRawPointer, length: UInt64) -> UInt64 {
        jam_export(data, length)
    }

    /// Makes an inner machine.
    /// Only for refine.
    /// - Parameter start: The program counter.
    /// - Returns: The number of the machine.
    /// - Errors: `huh` (the code is invalid).
    @inlinable @inline(__always)
    public static func machine(code: UnsafeRawPointer, codeLength: UInt64, start: UInt64) -> UInt64 {
        jam_machine(code, codeLength, start)
    }

    /// Copies from an inner machine's memory.
    /// Only for refine.
    /// - Parameter source: An address in the inner machine.
    /// - Returns: How it went.
    /// - Errors: `oob` (the inner machine's memory is not accessible there), `who` (there is no such inner machine).
    @inlinable @inline(__always)
    public static func peek(
        machine: UInt64, destination: UnsafeMutableRawPointer, source: UInt64, length: UInt64) -> UInt64 {
        jam_peek(machine, destination, source, length)
    }

    /// Copies into an inner machine's memory.
    /// Only for refine.
    /// - Parameter destination: An address in the inner machine.
    /// - Returns: How it went.
    /// - Errors: `oob` (the inner machine's memory is not accessible there), `who` (there is no such inner machine).
    @inlinable @inline(__always)
    public static func poke(machine: UInt64, source: UnsafeRawPointer, destination: UInt64, length: UInt64) -> UInt64 {
        jam_poke(machine, source, destination, length)
    }

    /// Sets what an inner machine may do with pages of its memory.
    /// Only for refine.
    /// - Returns: How it went.
    /// - Errors: `who` (there is no such inner machine), `huh` (not allowed, or an argument is invalid).
    @inlinable @inline(__always)
    public static func pages(machine: UInt64, firstPage: UInt64, count: UInt64, mode: UInt64) -> UInt64 {
        jam_pages(machine, firstPage, count, mode)
    }

    /// Runs an inner machine until it stops.
    /// Only for refine.
    /// - Returns: Why it stopped; more about why.
    /// - Errors: `who` (there is no such inner machine).
    /// - In 0.8.0: What of the gas is left is refunded.
    @inlinable @inline(__always)
    public static func invoke(
        machine: UInt64, state: UnsafeMutablePointer<jam_machine_state>) -> (status: UInt64, detail: UInt64) {
        let result = jam_invoke(machine, state)
        return (result.status, result.detail)
    }

    /// Drops an inner machine.
    /// Only for refine.
    /// - Returns: The machine's program counter.
    /// - Errors: `who` (there is no such inner machine).
    @inlinable @inline(__always)
    public static func expunge(machine: UInt64) -> UInt64 {
        jam_expunge(machine)
    }

    /// Names the privileged services.
    /// Only for accumulate.
    /// - Parameter assigners: A service for each core.
    /// - Returns: How it went.
    /// - In 0.7.2: Errors: `who` (there is no such service), `huh` (not allowed, or an argument is invalid).
    /// - In 0.8.0: Errors: `who` (there is no such service), `huh` (only the present manager may do this).
    @inlinable @inline(__always)
    public static func bless(
        manager: UInt64, assigners: UnsafePointer<UInt32>, delegator: UInt64, registrar: UInt64,
        alwaysAccumulate: UnsafePointer<jam_gas_grant>, count: UInt64) -> UInt64 {
        jam_bless(manager, assigners, delegator, registrar, alwaysAccumulate, count)
    }

    /// Sets the queue of authorizers of a core, and who may set it next.
    /// Only for accumulate.
    /// - Returns: How it went.
    /// - Errors: `core` (there is no such core), `huh` (not allowed, or an argument is invalid), `who` (there is no
    ///   such service).
    @inlinable @inline(__always)
    public static func assign(core: UInt64, queue: UnsafeRawPointer, assigner: UInt64) -> UInt64 {
        jam_assign(core, queue, assigner)
    }

    #if PVM_JAM_0_7_2
    /// Sets the next validators.
    /// Only for accumulate.
    /// - Returns: How it went.
    /// - Errors: `huh` (not allowed, or an argument is invalid).
    @inlinable @inline(__always)
    public static func designate(validators: UnsafeRawPointer) -> UInt64 {
        jam_designate(validators)
    }
    #endif
    #if PVM_JAM_0_8_0
    /// Sets the next validators; the delegator may.
    /// Only for accumulate.
    /// - Parameter count: A multiple of 3.
    /// - Returns: How it went.
    /// - Errors: `huh` (not allowed, or an argument is invalid).
    @inlinable @inline(__always)
    public static func designate(validators: UnsafeRawPointer, count: UInt64) -> UInt64 {
        jam_designate(validators, count)
    }
    #endif

    /// Keeps what was done so far even if the rest fails.
    /// Only for accumulate.
    /// - Returns: The units of gas that are left.
    @inlinable @inline(__always)
    public static func checkpoint() -> UInt64 {
        jam_checkpoint()
    }

    /// Makes a service.
    /// Only for accumulate.
    /// - Parameter codeLength: Bytes of the code.
    /// - Parameter gratis: Storage free of deposit.
    /// - Returns: The id of the service.
    /// - Errors: `cash` (the balance does not suffice), `huh` (not allowed, or an argument is invalid), `full` (the
    ///   wanted id is taken).
    @inlinable @inline(__always)
    public static func new(
        codeHash: UnsafeRawPointer, codeLength: UInt64, minimumItemGas: UInt64, minimumMemoGas: UInt64, gratis: UInt64,
        wantedId: UInt64) -> UInt64 {
        jam_new(codeHash.assumingMemoryBound(to: UInt8.self), codeLength, minimumItemGas, minimumMemoGas, gratis, wantedId)
    }

    /// Changes the own code.
    /// Only for accumulate.
    /// - Returns: How it went.
    @inlinable @inline(__always)
    public static func upgrade(codeHash: UnsafeRawPointer, minimumItemGas: UInt64, minimumMemoGas: UInt64) -> UInt64 {
        jam_upgrade(codeHash.assumingMemoryBound(to: UInt8.self), minimumItemGas, minimumMemoGas)
    }

    /// Sends an amount, gas and a memo to a service.
    /// Only for accumulate.
    /// - Returns: How it went.
    /// - Errors: `who` (there is no such service), `low` (less gas than the destination asks for), `cash` (the balance
    ///   does not suffice).
    @inlinable @inline(__always)
    public static func transfer(destination: UInt64, amount: UInt64, gas: UInt64, memo: UnsafeRawPointer) -> UInt64 {
        jam_transfer(destination, amount, gas, memo.assumingMemoryBound(to: UInt8.self))
    }

    /// Removes a service.
    /// Only for accumulate.
    /// - Returns: How it went.
    /// - Errors: `who` (there is no such service), `huh` (not allowed, or an argument is invalid).
    @inlinable @inline(__always)
    public static func eject(service: UInt64, hash: UnsafeRawPointer) -> UInt64 {
        jam_eject(service, hash.assumingMemoryBound(to: UInt8.self))
    }

    /// The state of a request for a preimage.
    /// Only for accumulate.
    /// - Parameter length: Of the preimage, in bytes.
    /// - Returns: The first word of the state; the second word of the state.
    /// - Errors: `none` (there is no such request).
    @inlinable @inline(__always)
    public static func query(hash: UnsafeRawPointer, length: UInt64) -> (status: UInt64, detail: UInt64) {
        let result = jam_query(hash.assumingMemoryBound(to: UInt8.self), length)
        return (result.status, result.detail)
    }

    /// Requests a preimage.
    /// Only for accumulate.
    /// - Parameter length: Of the preimage, in bytes.
    /// - Returns: How it went.
    /// - Errors: `huh` (not allowed, or an argument is invalid), `full` (the balance does not carry the request).
    @inlinable @inline(__always)
    public static func solicit(hash: UnsafeRawPointer, length: UInt64) -> UInt64 {
        jam_solicit(hash.assumingMemoryBound(to: UInt8.self), length)
    }

    /// Withdraws the request for a preimage.
    /// Only for accumulate.
    /// - Parameter length: Of the preimage, in bytes.
    /// - Returns: How it went.
    /// - Errors: `huh` (not allowed, or an argument is invalid).
    @inlinable @inline(__always)
    public static func forget(hash: UnsafeRawPointer, length: UInt64) -> UInt64 {
        jam_forget(hash.assumingMemoryBound(to: UInt8.self), length)
    }

    /// Sets the hash that accumulation results in.
    /// Only for accumulate.
    /// - Returns: How it went.
    @inlinable @inline(__always)
    public static func yield(hash: UnsafeRawPointer) -> UInt64 {
        jam_yield(hash.assumingMemoryBound(to: UInt8.self))
    }

    /// Provides a preimage that a service requested.
    /// Only for accumulate.
    /// - Parameter service: Or an id.
    /// - Returns: How it went.
    /// - Errors: `who` (there is no such service), `huh` (not allowed, or an argument is invalid).
    @inlinable @inline(__always)
    public static func provide(service: UInt64, data: UnsafeRawPointer, length: UInt64) -> UInt64 {
        jam_provide(service, data, length)
    }

    #if PVM_JAM_0_7_2
    /// Writes a line to the host's log.
    /// Of JIP-1, not the Gray Paper: a strict host answers WHAT, which the guest must put up with.
    @inlinable @inline(__always)
    public static func log(
        level: UInt64, target: UnsafeRawPointer, targetLength: UInt64, message: UnsafeRawPointer, messageLength: UInt64) {
        jam_log(level, target, targetLength, message, messageLength)
    }
    #endif

    #if PVM_JAM_0_8_0
    /// Moves the top of the heap up.
    /// - Parameter top: The page index of the wanted top; not above the present one: nothing changes.
    /// - Returns: The page index of the resulting top.
    @inlinable @inline(__always)
    public static func growHeap(top: UInt64) -> UInt64 {
        jam_grow_heap(top)
    }
    #endif
}
