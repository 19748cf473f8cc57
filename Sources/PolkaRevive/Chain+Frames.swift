// How transactions and their frames run: who pays, what is undone when, and what is told of it.

public import PolkaABI
public import PolkaBlob
public import PolkaVM

/// What a frame is to be made of.
struct CallRequest {
    let kind: FrameKind
    /// Whose state it works on.
    let address: Address
    /// Whose code it runs.
    let codeAddress: Address
    let caller: Address
    let value: U256
    let input: [UInt8]
    let isReadOnly: Bool
}

extension Chain {
    /// The events of one transaction have no more than this in all: gas alone would let them fill the memory.
    static let maximumEventByteCount = 4 << 20
    /// What each counts for besides topics and data, so that their number is limited, too.
    static let byteCountOfEvent = 64

    // MARK: Transactions

    /// Runs a transaction and keeps what it changes if it succeeds; nonce and fee are kept in any case.
    ///
    /// - Throws: `TransactionError` if it can not even begin, what an answering test function throws, and `InstanceError` if the
    ///   system has no memory left; nothing has changed then.
    public func execute(_ transaction: Transaction) throws -> Outcome {
        try atomically { try run(transaction, isReadOnly: false) }
    }

    /// Runs a transaction, and leaves the state as it was whatever happens.
    ///
    /// - Parameters:
    ///   - transaction: the transaction.
    ///   - readOnly: whether the contract is called in a read-only frame, which may not try to change state.
    /// - Returns: what would come of it.
    /// - Throws: as `execute` does.
    public func call(_ transaction: Transaction, readOnly: Bool = false) throws -> Outcome {
        let mark = state.mark
        defer { state.undo(to: mark) }
        return try run(transaction, isReadOnly: readOnly)
    }

    private func run(_ transaction: Transaction, isReadOnly: Bool) throws -> Outcome {
        let sender = state.place(of: transaction.from)
        let nonce = state.accounts[sender].nonce
        if let wanted = transaction.nonce, wanted != nonce {
            throw TransactionError.wrongNonce(found: wanted, expected: nonce)
        }
        let code = try code(for: transaction.target)
        let fee = try takeFee(for: transaction, from: sender)
        state.setNonce(nonce &+ 1, at: sender)
        return try withContext(origin: transaction.from) {
            let gas = Int64(clamping: transaction.gasLimit)
            var outcome = Outcome(status: .success)
            let request: CallRequest
            switch transaction.target {
            case .call(let address):
                request = CallRequest(
                    kind: .call, address: address, codeAddress: address, caller: transaction.from,
                    value: transaction.value, input: transaction.input, isReadOnly: isReadOnly)
            case .create(_, let salt), .createFromHash(_, let salt):
                guard let code else { preconditionFailure("the code of a new contract was looked up") }
                let address = ContractAddress.of(
                    deployer: transaction.from, nonce: nonce, salt: salt, code: code, input: transaction.input)
                outcome.created = address
                request = CallRequest(
                    kind: .deploy, address: address, codeAddress: address, caller: transaction.from,
                    value: transaction.value, input: transaction.input, isReadOnly: isReadOnly)
            }
            let (ending, left) = try perform(request, code: code, sender: sender, parent: nil, gas: gas)
            outcome.gasUsed = UInt64(gas - left)
            finish(&outcome, ending)
            if fee != .zero { payFee(fee, of: transaction, gasUsed: outcome.gasUsed, sender) }
            return outcome
        }
    }

    /// The code of the contract that is to be made, nil if there is none to be made.
    private func code(for target: Transaction.Target) throws -> ContractCode? {
        switch target {
        case .call: return nil
        case .create(let bytes, _):
            do throws(AdmissionError) {
                return try ContractCode.admit(bytes, engine: engine)
            } catch { throw TransactionError.refused(error) }
        case .createFromHash(let hash, _):
            guard let code = state.codes[hash] else { throw TransactionError.codeNotFound(hash) }
            return code
        }
    }

    /// Takes what the gas may cost at most.
    private func takeFee(for transaction: Transaction, from sender: AccountPlace) throws -> U256 {
        guard transaction.gasPrice != .zero else { return .zero }
        let balance = state.accounts[sender].balance
        let (fee, overflows) = transaction.gasPrice.multipliedReportingOverflow(
            by: U256(limbs: transaction.gasLimit))
        let (needed, overflowsToo) = fee.addingReportingOverflow(transaction.value)
        guard !overflows, !overflowsToo, needed <= balance else {
            throw TransactionError.insufficientFunds(
                transaction.from, balance: balance, needed: overflows || overflowsToo ? .max : needed)
        }
        state.setBalance(balance - fee, at: sender)
        return fee
    }

    /// Gives back what was not used, and the rest to the block's author.
    private func payFee(_ fee: U256, of transaction: Transaction, gasUsed: UInt64, _ sender: AccountPlace) {
        let used = transaction.gasPrice &* U256(limbs: gasUsed)
        let author = state.place(of: environment.author)
        state.setBalance(state.accounts[sender].balance &+ (fee &- used), at: sender)
        state.setBalance(state.accounts[author].balance &+ used, at: author)
    }

    private func finish(_ outcome: inout Outcome, _ ending: Frame.Ending) {
        switch ending {
        case .success(let output):
            outcome.output = output
            outcome.events = events
        case .reverted(let output):
            outcome.status = .reverted
            outcome.output = output
        case .failed(let error):
            outcome.status = Outcome.Status(error)
        }
        if !outcome.isSuccess { outcome.created = nil }
        outcome.calls = calls
        outcome.failure = outcome.isSuccess ? nil : failure
    }

    /// Does something as a transaction of its own, maybe within a frame that a test runs.
    private func withContext<Result>(origin: Address, _ body: () throws -> Result) throws -> Result {
        let outer = (slot.frame, self.origin, events, eventByteCount, calls, failure)
        let outerTransaction = state.beginTransaction()
        self.origin = origin
        slot.frame = nil
        events = []
        eventByteCount = 0
        calls = []
        failure = nil
        defer {
            state.endTransaction(outerTransaction)
            (slot.frame, self.origin, events, eventByteCount, calls, failure) = outer
        }
        return try body()
    }

    // MARK: Frames

    /// Runs a frame, with all that is to be kept of it in the end.
    ///
    /// - Parameters:
    ///   - request: what the frame is to be made of.
    ///   - code: of a contract that is to be made.
    ///   - sender: who pays the value; for a delegate call whose state it works on.
    ///   - parent: the frame that waits for it.
    ///   - gas: what the frame may use.
    /// - Returns: how it ended, and the gas that is left.
    /// - Throws: what is the host's own trouble, not the contract's.
    func perform(
        _ request: CallRequest, code: ContractCode? = nil, sender: AccountPlace, parent: Frame?, gas: Int64
    ) throws -> (ending: Frame.Ending, gasLeft: Int64) {
        let record = recordsCalls ? beginRecord(of: request, parent) : nil
        let mark = state.mark, eventCount = events.count, eventByteCount = eventByteCount
        let (ending, left) = try performUndone(request, code, sender, parent, gas)
        if case .success = ending {
        } else {
            state.undo(to: mark)
            events.removeLast(events.count - eventCount)
            self.eventByteCount = eventByteCount
        }
        if let record { endRecord(record, ending, gasUsed: gas - left) }
        return (ending, left)
    }

    /// The same, but what is to be undone is left to be undone.
    private func performUndone(
        _ request: CallRequest, _ newCode: ContractCode?, _ sender: AccountPlace, _ parent: Frame?, _ gas: Int64
    ) throws -> (Frame.Ending, Int64) {
        guard request.input.count <= Int(ReviveLimits.callDataBytes) else {
            return (
                .failed(
                    .tooLarge(
                        what: "bytes of input", actual: request.input.count, limit: Int(ReviveLimits.callDataBytes))),
                gas
            )
        }
        let place = request.kind == .delegateCall ? sender : state.place(of: request.address)
        if let newCode {
            guard state.accounts[place].codeHash == nil else {
                return (.failed(.duplicateContract(request.address)), gas)
            }
            state.add(newCode)
            state.setCodeHash(newCode.hash, at: place)
            state.setNonce(1, at: place)
            state.noteCreation(of: place)
        }
        if request.kind != .delegateCall, request.value != .zero {
            if request.isReadOnly { return (.failed(.stateChangeDenied), gas) }
            do throws(FrameError) { try state.transfer(request.value, from: sender, to: place) } catch {
                return (.failed(error), gas)
            }
        }
        if newCode == nil, let answer = mocked(request) { return (answer.ending, gas) }
        if newCode == nil, let precompile = Precompile(request.codeAddress) {
            return try precompile.run(request, place, parent: parent, chain: self, gas: gas)
        }
        let codePlace = state.place(of: request.codeAddress)
        guard let code = newCode ?? state.code(at: codePlace) else { return (.success([]), gas) }
        let (linked, prepared) = try binding.linked(code)
        let frame = Frame(
            chain: self, instance: try linked.instantiate(), kind: request.kind, address: request.address, place: place,
            codeAddress: request.codeAddress, parent: parent, isReadOnly: request.isReadOnly, caller: request.caller,
            value: request.value, input: request.input)
        return try run(frame, newCode == nil ? prepared.call : prepared.deploy, code.hash, gas: gas)
    }

    private func mocked(_ request: CallRequest) -> CallAnswer? {
        guard let callHandler else { return nil }
        return callHandler(
            MockedCall(
                caller: request.caller, address: request.codeAddress, value: request.value, input: request.input))
    }

    /// Runs a frame to its end.
    private func run(
        _ frame: Frame, _ export: Blob.Export, _ codeHash: Hash256?, gas: Int64
    ) throws -> (Frame.Ending, Int64) {
        let outer = slot.frame
        slot.frame = frame
        defer { slot.frame = outer }
        let instance = frame.instance
        instance.gas = gas
        try instance.prepareCall(export)
        var trap: FrameError?
        let ending: Frame.Ending
        do {
            let exit = try instance.resume()
            switch exit {
            case .finished: ending = .success([])
            case .outOfGas:
                instance.gas = 0
                ending = .failed(.outOfGas)
            case .hostCall(let number):
                ending = .failed(.invalidSyscall(instance.importName(number) ?? "#\(number)"))
            case .trap, .pageFault, .cancelled:
                let text = instance.description(of: exit)
                let error: FrameError =
                    if case .memoryAccess = instance.trapReason { .executionFailed(text) } else {
                        .contractTrapped(text)
                    }
                trap = error
                ending = .failed(error)
            }
        } catch is Frame.Ended {
            guard let end = frame.ending else { preconditionFailure("a frame has ended without saying how") }
            ending = end
        } catch let error as FrameError {
            ending = .failed(error)
        }
        if case .failed = ending, frame.depth == 0 {
            failure = FailureDetail(
                address: frame.address, codeHash: codeHash,
                programCounter: trap == nil ? instance.lastProgramCounter : instance.programCounter,
                backtrace: instance.backtrace())
        }
        return (ending, max(0, min(gas, instance.gas)))
    }

    // MARK: Records

    private func beginRecord(of request: CallRequest, _ parent: Frame?) -> Int {
        calls.append(
            CallRecord(
                depth: parent.map { $0.depth + 1 } ?? 0, kind: request.kind, address: request.address,
                codeAddress: request.codeAddress, caller: request.caller, value: request.value, input: request.input))
        return calls.count - 1
    }

    private func endRecord(_ index: Int, _ ending: Frame.Ending, gasUsed: Int64) {
        calls[index].gasUsed = UInt64(max(0, gasUsed))
        switch ending {
        case .success(let output): calls[index].output = output
        case .reverted(let output):
            calls[index].output = output
            calls[index].status = .reverted
        case .failed(let error): calls[index].status = Outcome.Status(error)
        }
    }

    // MARK: Tests of contracts

    /// Runs any export of a program as a frame of a contract, with host functions besides those of contracts.
    ///
    /// What the frame does to the state stays if it succeeds, also what host functions of the test do: `execute`, called within them,
    /// is a transaction of its own.
    ///
    /// - Parameters:
    ///   - module: the program, loaded with `Chain.testConfiguration`.
    ///   - export: what to run.
    ///   - address: whose state it works on.
    ///   - caller: who seems to have called.
    ///   - value: what seems to have come along.
    ///   - input: its input.
    ///   - gasLimit: what it may use.
    ///   - extraFunctions: defines the functions of the test.
    /// - Returns: how it ended.
    /// - Throws: what a function of the test throws, but for `FrameError`, which ends the frame.
    public func runFrame(
        module: Module, export: Blob.Export, at address: Address, caller: Address, value: U256 = .zero,
        input: [UInt8] = [], gasLimit: UInt64 = Transaction.defaultGasLimit,
        extraFunctions: (inout Linker) throws -> Void
    ) throws -> Outcome {
        var linker = binding.linker
        try extraFunctions(&linker)
        let linked = try linker.link(module)
        return try atomically {
            try withContext(origin: caller) {
                let frame = Frame(
                    chain: self, instance: try linked.instantiate(), kind: .test, address: address,
                    place: state.place(of: address), codeAddress: address, parent: nil, isReadOnly: false,
                    caller: caller, value: value, input: input)
                let start = state.mark
                let gas = Int64(clamping: gasLimit)
                let (ending, left) = try run(frame, export, nil, gas: gas)
                if case .success = ending {} else { state.undo(to: start) }
                var outcome = Outcome(status: .success)
                outcome.gasUsed = UInt64(gas - left)
                finish(&outcome, ending)
                return outcome
            }
        }
    }

    /// How programs must be loaded for `runFrame`: as contracts are.
    public static var testConfiguration: ModuleConfiguration { ContractCode.configuration }

    /// The frame that runs at the moment, for host functions of tests.
    package var currentFrame: Frame? { slot.frame }
}
