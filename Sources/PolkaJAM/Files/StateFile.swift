// The chain's state as a JSON file, to be written by people and by us.

import PolkaABI

extension JAMState {
    /// Reads a state.
    ///
    /// - Parameters:
    ///   - bytes: the file's contents.
    ///   - name: what errors call the file.
    ///   - load: reads files that it names.
    /// - Throws: `JAMFileError`, or what `load` throws.
    package init(parsing bytes: [UInt8], name: String, load: @escaping (String) throws -> [UInt8]) throws {
        self.init()
        let root = try FileSource(name: name, bytes: bytes, load: load).root()
        let fields = try root.fields([
            "time_slot", "entropy", "services", "privileges", "authorizer_queues", "validators", "transfers",
            "parameters",
        ])
        try fields.set(&timeSlot, "time_slot")
        try fields.set(&entropy, "entropy")
        try fields.set(&validators, "validators")
        if let node = fields["parameters"] { try readParameters(node) }
        for (name, node) in try fields["services"]?.members() ?? [] {
            services[try node.id(name, UInt32.self)] = try ServiceAccount(node)
        }
        if let node = fields["privileges"] { privileges = try Privileges(node) }
        for (name, node) in try fields["authorizer_queues"]?.members() ?? [] {
            var queue: [Hash256] = []
            for element in try node.elements() { queue.append(try element.hash()) }
            guard queue.count == Int(JAMLimits.queueEntries) else {
                throw node.error("\(JAMLimits.queueEntries) hashes", found: "\(queue.count)")
            }
            authorizerQueues[try node.id(name, UInt16.self)] = queue
        }
        guard validators.count % Int(JAMLimits.validatorBytes) == 0 else {
            let node = fields["validators"] ?? root
            throw node.error("a multiple of \(JAMLimits.validatorBytes) bytes", found: "\(validators.count)")
        }
        for node in try fields["transfers"]?.elements() ?? [] { transfers.append(try DeferredTransfer(node)) }
    }

    private mutating func readParameters(_ node: FileNode) throws {
        let fields = try node.fields([
            "cores", "validators", "item_deposit", "byte_deposit", "base_deposit", "expunge_period",
        ])
        try fields.set(&parameters.coreCount, "cores")
        try fields.set(&parameters.validatorCount, "validators")
        try fields.set(&parameters.itemDeposit, "item_deposit")
        try fields.set(&parameters.byteDeposit, "byte_deposit")
        try fields.set(&parameters.baseDeposit, "base_deposit")
        try fields.set(&parameters.expungePeriod, "expunge_period")
    }

    /// The state as a file.
    package var fileText: String {
        var out = JSONText()
        out.open("{")
        out.member("time_slot", "\(timeSlot)")
        out.member("entropy", JSONText.quoted(entropy.description))
        let usual = ProtocolParameters()
        if parameters != usual {
            out.open("{", key: "parameters")
            out.member("cores", "\(parameters.coreCount)")
            out.member("validators", "\(parameters.validatorCount)")
            out.member("item_deposit", "\(parameters.itemDeposit)")
            out.member("byte_deposit", "\(parameters.byteDeposit)")
            out.member("base_deposit", "\(parameters.baseDeposit)")
            out.member("expunge_period", "\(parameters.expungePeriod)")
            out.close("}")
        }
        out.open("{", key: "services")
        for (id, account) in services.sorted(by: { $0.key < $1.key }) { account.write(to: &out, key: "\(id)") }
        out.close("}")
        privileges.write(to: &out)
        if !authorizerQueues.isEmpty {
            out.open("{", key: "authorizer_queues")
            for (core, queue) in authorizerQueues.sorted(by: { $0.key < $1.key }) {
                out.member("\(core)", "[" + queue.map { JSONText.quoted($0.description) }.joined(separator: ", ") + "]")
            }
            out.close("}")
        }
        if !validators.isEmpty { out.member("validators", JSONText.quoted(Hex.text(validators))) }
        if !transfers.isEmpty {
            out.open("[", key: "transfers")
            for transfer in transfers { transfer.write(to: &out) }
            out.close("]")
        }
        out.close("}")
        return out.text
    }
}

extension ServiceAccount {
    fileprivate init(_ node: FileNode) throws {
        let fields = try node.fields([
            "code_hash", "balance", "minimum_item_gas", "minimum_memo_gas", "gratis", "created", "last_accumulation",
            "parent", "storage", "preimages", "requests",
        ])
        self.init(codeHash: .zero, balance: 0)
        try fields.set(&codeHash, "code_hash")
        try fields.set(&balance, "balance")
        try fields.set(&minimumItemGas, "minimum_item_gas")
        try fields.set(&minimumMemoGas, "minimum_memo_gas")
        try fields.set(&gratis, "gratis")
        try fields.set(&created, "created")
        try fields.set(&lastAccumulation, "last_accumulation")
        try fields.set(&parent, "parent")
        for (name, value) in try fields["storage"]?.members() ?? [] {
            let key = name.hasPrefix("0x") ? Hex.bytes(name) : Array(name.utf8)
            guard let key else { throw value.error("an even number of hexadecimal digits behind 0x as the key") }
            setValue(try value.bytes(), for: key)
        }
        for element in try fields["preimages"]?.elements() ?? [] { addPreimage(try element.bytes()) }
        for element in try fields["requests"]?.elements() ?? [] {
            let parts = try element.fields(["hash", "length", "slots"])
            guard let hash = parts["hash"], let length = parts["length"] else { throw element.error("hash and length") }
            var slots: [UInt32] = []
            for slot in try parts["slots"]?.elements() ?? [] { slots.append(try slot.number()) }
            guard slots.count <= 3 else { throw element.error("at most 3 slots", found: "\(slots.count)") }
            setRequest(slots, for: PreimageRequest(hash: try hash.hash(), length: try length.number()))
        }
        // Whoever writes a preimage and nothing of a request means that it is there and has always been.
        for bytes in preimages.values where requests[PreimageRequest(for: bytes)] == nil {
            setRequest([0], for: PreimageRequest(for: bytes))
        }
    }

    fileprivate func write(to out: inout JSONText, key: String) {
        out.open("{", key: key)
        out.member("code_hash", JSONText.quoted(codeHash.description))
        out.member("balance", "\(balance)")
        for (name, value) in [
            ("minimum_item_gas", minimumItemGas), ("minimum_memo_gas", minimumMemoGas), ("gratis", gratis),
            ("created", UInt64(created)), ("last_accumulation", UInt64(lastAccumulation)), ("parent", UInt64(parent)),
        ] where value != 0 { out.member(name, "\(value)") }
        if !storage.isEmpty {
            out.open("{", key: "storage")
            for (key, value) in storage.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                out.member(Hex.text(key), JSONText.quoted(Hex.text(value)))
            }
            out.close("}")
        }
        if !preimages.isEmpty {
            out.open("[", key: "preimages")
            for (_, bytes) in preimages.sorted(by: { $0.key < $1.key }) {
                out.element(JSONText.quoted(Hex.text(bytes)))
            }
            out.close("]")
        }
        if !requests.isEmpty {
            out.open("[", key: "requests")
            for (request, slots) in requests.sorted(by: { $0.key < $1.key }) {
                let list = slots.map(String.init).joined(separator: ", ")
                out.element(
                    "{\"hash\": \"\(request.hash)\", \"length\": \(request.length), \"slots\": [\(list)]}")
            }
            out.close("]")
        }
        out.close("}")
    }
}

extension Privileges {
    fileprivate init(_ node: FileNode) throws {
        self.init()
        let fields = try node.fields(["manager", "delegator", "registrar", "assigners", "always_accumulate"])
        try fields.set(&manager, "manager")
        try fields.set(&delegator, "delegator")
        try fields.set(&registrar, "registrar")
        for (name, value) in try fields["assigners"]?.members() ?? [] {
            assigners[try value.id(name, UInt16.self)] = try value.number()
        }
        for (name, value) in try fields["always_accumulate"]?.members() ?? [] {
            alwaysAccumulate[try value.id(name, UInt32.self)] = try value.number()
        }
    }

    fileprivate func write(to out: inout JSONText) {
        guard self != Privileges() else { return }
        out.open("{", key: "privileges")
        out.member("manager", "\(manager)")
        out.member("delegator", "\(delegator)")
        out.member("registrar", "\(registrar)")
        func object(_ pairs: [(String, String)]) -> String {
            "{" + pairs.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
        }
        if !assigners.isEmpty {
            out.member("assigners", object(assigners.sorted { $0.key < $1.key }.map { ("\($0.key)", "\($0.value)") }))
        }
        if !alwaysAccumulate.isEmpty {
            let pairs = alwaysAccumulate.sorted { $0.key < $1.key }.map { ("\($0.key)", "\($0.value)") }
            out.member("always_accumulate", object(pairs))
        }
        out.close("}")
    }
}

extension DeferredTransfer {
    init(_ node: FileNode) throws {
        let fields = try node.fields(["from", "to", "amount", "memo", "gas"])
        self.init(source: 0, destination: 0, amount: 0)
        try fields.set(&source, "from")
        try fields.set(&destination, "to")
        try fields.set(&amount, "amount")
        try fields.set(&gas, "gas")
        guard let node = fields["memo"] else { return }
        let bytes = try node.bytes()
        guard bytes.count <= ProtocolParameters.memoByteCount else {
            throw node.error("at most \(ProtocolParameters.memoByteCount) bytes", found: "\(bytes.count)")
        }
        memo = bytes.padded(to: ProtocolParameters.memoByteCount)
    }

    fileprivate func write(to out: inout JSONText) {
        // Zeros at the end go without saying.
        let count = (memo.lastIndex { $0 != 0 } ?? -1) + 1
        out.element(
            "{\"from\": \(source), \"to\": \(destination), \"amount\": \(amount), \"gas\": \(gas),"
                + " \"memo\": \"\(Hex.text(memo.prefix(count)))\"}")
    }
}
