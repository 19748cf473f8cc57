// Work for services as a JSON file: a package with its items, what authorizes it, and inputs of accumulate that come from
// elsewhere.

import PolkaABI
import PolkaJSON

/// What a file of work says.
package struct WorkDescription: Sendable {
    /// The core that the work is done on.
    package var core: UInt16 = 0
    package var package = WorkPackage()
    /// The authorizer's program, if the file names one; it has to let the package pass.
    package var authorizer: [UInt8]?
    /// What an authorizer that is not run answered.
    package var trace: [UInt8] = []
    /// Inputs of accumulate besides those that come of the items.
    package var inputs: [AccumulateInput] = []
    /// Whether the slot for lookups was said.
    private var hasLookupSlot = false

    /// No work.
    package init() {}

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the file's contents.
    ///   - name: what errors call the file.
    ///   - service: whose work it is where nothing is said.
    ///   - load: reads files that it names.
    /// - Throws: `JAMFileError`, or what `load` throws.
    package init(
        parsing bytes: [UInt8], name: String, service: UInt32, load: @escaping (String) throws -> [UInt8]
    ) throws {
        let root = try FileSource(name: name, bytes: bytes, load: load).root()
        let fields = try root.fields(["core", "authorization", "authorizer", "context", "trace", "items", "inputs"])
        try fields.set(&core, "core")
        try fields.set(&package.authorizationToken, "authorization")
        try fields.set(&trace, "trace")
        if let node = fields["authorizer"] { try readAuthorizer(node) }
        if let node = fields["context"] { try readContext(node) }
        for node in try fields["items"]?.elements() ?? [] { package.items.append(try WorkItem(node, service)) }
        guard package.items.count <= Int(JAMLimits.packageItems) else {
            let node = fields["items"] ?? root
            throw node.error("at most \(JAMLimits.packageItems) items", found: "\(package.items.count)")
        }
        for node in try fields["inputs"]?.elements() ?? [] { inputs.append(try AccumulateInput(node, service)) }
    }

    private mutating func readAuthorizer(_ node: FileNode) throws {
        let fields = try node.fields(["service", "code", "code_hash", "configuration"])
        try fields.set(&package.authorizerHost, "service")
        try fields.set(&package.authorizerCodeHash, "code_hash")
        try fields.set(&package.authorizerConfiguration, "configuration")
        guard let code = fields["code"] else { return }
        authorizer = try code.source.load(try code.text())
    }

    private mutating func readContext(_ node: FileNode) throws {
        let fields = try node.fields([
            "anchor", "state_root", "output_root", "lookup_anchor", "lookup_anchor_slot", "prerequisites",
        ])
        try fields.set(&package.context.anchor, "anchor")
        try fields.set(&package.context.stateRoot, "state_root")
        try fields.set(&package.context.outputRoot, "output_root")
        try fields.set(&package.context.lookupAnchor, "lookup_anchor")
        try fields.set(&package.context.lookupAnchorSlot, "lookup_anchor_slot")
        hasLookupSlot = fields["lookup_anchor_slot"] != nil
        for element in try fields["prerequisites"]?.elements() ?? [] {
            package.context.prerequisites.append(try element.hash())
        }
    }

    /// Fills in what follows from the state: hashes of codes that were not said, the slot for lookups, and the authorizer's code,
    /// which its service then has.
    package mutating func complete(in state: inout JAMState) {
        if !hasLookupSlot { package.context.lookupAnchorSlot = state.timeSlot }
        for index in package.items.indices where package.items[index].codeHash == .zero {
            package.items[index].codeHash = state.services[package.items[index].service]?.codeHash ?? .zero
        }
        guard let authorizer else { return }
        let code = ServiceCode(program: authorizer).preimage
        package.authorizerCodeHash = Hash256(blakeOf: code)
        state.services[package.authorizerHost, default: ServiceAccount(codeHash: .zero, balance: 0)]
            .provide(code, at: 0)
    }
}

extension WorkItem {
    fileprivate init(_ node: FileNode, _ service: UInt32) throws {
        let fields = try node.fields([
            "service", "code_hash", "payload", "refine_gas", "accumulate_gas", "exports", "imports", "extrinsics",
        ])
        self.init(service: service, codeHash: .zero)
        try fields.set(&self.service, "service")
        try fields.set(&codeHash, "code_hash")
        try fields.set(&payload, "payload")
        try fields.set(&refineGas, "refine_gas")
        try fields.set(&accumulateGas, "accumulate_gas")
        try fields.set(&exportCount, "exports")
        for element in try fields["imports"]?.elements() ?? [] { imports.append(try ImportedSegment(element)) }
        for element in try fields["extrinsics"]?.elements() ?? [] { extrinsics.append(try element.bytes()) }
        guard imports.count <= Int(JAMLimits.packageImports), exportCount <= UInt16(JAMLimits.packageExports) else {
            throw node.error("at most 3072 imports and exports")
        }
        guard extrinsics.count <= Int(JAMLimits.packageExtrinsics) else {
            throw node.error("at most \(JAMLimits.packageExtrinsics) extrinsics", found: "\(extrinsics.count)")
        }
    }
}

extension ImportedSegment {
    fileprivate init(_ node: FileNode) throws {
        let data: FileNode
        var (root, isPackageHash, index) = (Hash256.zero, false, UInt16(0))
        if case .object(let members) = node.value.content, !members.contains(where: { $0.key == "file" }) {
            let fields = try node.fields(["root", "package", "index", "data"])
            guard let value = fields["data"] else { throw node.error("the key 'data'") }
            data = value
            try fields.set(&root, "root")
            try fields.set(&index, "index")
            if let hash = fields["package"] { (root, isPackageHash) = (try hash.hash(), true) }
        } else {
            data = node
        }
        let bytes = try data.bytes()
        guard bytes.count <= ProtocolParameters.segmentByteCount else {
            throw data.error("at most \(ProtocolParameters.segmentByteCount) bytes", found: "\(bytes.count)")
        }
        self.init(root: root, isPackageHash: isPackageHash, index: index, data: bytes)
    }
}

extension AccumulateInput {
    fileprivate init(_ node: FileNode, _ service: UInt32) throws {
        let fields = try node.fields(["output", "error", "gas", "payload_hash", "package_hash", "trace", "transfer"])
        if let transfer = fields["transfer"] {
            var value = try DeferredTransfer(transfer)
            if value.destination == 0 { value.destination = service }
            self = .transfer(value)
            return
        }
        var operand = AccumulateOperand(result: .output([]), gas: 10_000_000)
        if let error = fields["error"] {
            let name = try error.text()
            guard let result = WorkResult.errors.first(where: { $0.errorName == name }) else {
                let names = WorkResult.errors.compactMap(\.errorName).joined(separator: ", ")
                throw error.error("one of \(names)")
            }
            operand.result = result
        } else if let output = fields["output"] {
            operand.result = .output(try output.bytes())
        } else {
            throw node.error("one of the keys output, error, transfer")
        }
        try fields.set(&operand.gas, "gas")
        try fields.set(&operand.payloadHash, "payload_hash")
        try fields.set(&operand.packageHash, "package_hash")
        try fields.set(&operand.trace, "trace")
        self = .operand(operand)
    }
}
