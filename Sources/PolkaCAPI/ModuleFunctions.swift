// Modules: how they are configured, made, and looked at.

public import CPolkaVM
import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM

// MARK: Configuration

extension ModuleConfiguration {
    /// What a configuration of C's says; `preset` if there is none.
    fileprivate init(
        _ config: UnsafePointer<pvm_module_config>?, or preset: ModuleConfiguration
    ) throws(Failure) {
        self = preset
        guard let config else { return }
        let value = try read(config, zero: pvm_module_config(), "pvm_module_config")
        self.init()
        if value.page_size != 0 { pageSize = value.page_size }
        gasMetering = try choice(value.gas_metering, "gas_metering", "PVM_GAS_", Self.gasMeterings)
        costModel = try Self.costModel(value)
        faultRule = try choice(value.fault_rule, "fault_rule", "PVM_FAULT_", Self.faultRules)
        jumpRule = try choice(value.jump_rule, "jump_rule", "PVM_JUMP_", Self.jumpRules)
        endRule = try choice(value.end_rule, "end_rule", "PVM_END_", Self.endRules)
        auxiliarySize = value.auxiliary_size
        startsUnmapped = try flag(value.starts_unmapped, "starts_unmapped")
        isStrict = try flag(value.is_strict, "is_strict")
        isInterruptible = try flag(value.is_interruptible, "is_interruptible")
    }

    // In the order of the numbers that C has for them.
    private static let gasMeterings: [GasMetering] = [.none, .synchronous, .asynchronous, .perInstruction]
    private static let costModels: [CostModel] = [
        .naive, .pipeline(.l1Hit), .pipeline(.l2Hit), .pipeline(.l3Hit),
    ]
    private static let faultRules: [FaultRule] = [.trap, .pageFault, .pageFaultUnlessReadOnly]
    private static let jumpRules: [JumpRule] = [.reference, .graypaper]
    private static let endRules: [EndRule] = [.reference, .graypaper]

    private static func costModel(_ config: pvm_module_config) throws(Failure) -> CostModel {
        guard config.cost_model == PVM_COST_TABLE else {
            guard config.cost_table == nil, config.cost_table_size == 0 else {
                throw .invalid("cost_model", config.cost_model, expected: "PVM_COST_TABLE, 4, as there is a cost_table")
            }
            guard Int(config.cost_model) < costModels.count else {
                throw .invalid("cost_model", config.cost_model, expected: "one of PVM_COST_…, 0 to \(PVM_COST_TABLE)")
            }
            return costModels[Int(config.cost_model)]
        }
        let bytes = try copiedBytes(config.cost_table, config.cost_table_size, "cost_table")
        do throws(CostTableError) { return .table(try CostTable(parsing: bytes)) } catch {
            throw Failure(PVM_ERROR_MALFORMED, error.description)
        }
    }

    /// The same for C, of a configuration without table.
    fileprivate var structure: pvm_module_config {
        func number<T: Equatable>(_ value: T, _ values: [T]) -> UInt32 { UInt32(values.firstIndex(of: value) ?? 0) }
        var structure = pvm_module_config()
        structure.page_size = pageSize
        structure.gas_metering = number(gasMetering, Self.gasMeterings)
        structure.cost_model = number(costModel, Self.costModels)
        structure.fault_rule = number(faultRule, Self.faultRules)
        structure.jump_rule = number(jumpRule, Self.jumpRules)
        structure.end_rule = number(endRule, Self.endRules)
        structure.auxiliary_size = auxiliarySize
        structure.starts_unmapped = startsUnmapped ? 1 : 0
        structure.is_strict = isStrict ? 1 : 0
        structure.is_interruptible = isInterruptible ? 1 : 0
        return structure
    }
}

private func choice<T>(_ number: UInt32, _ name: String, _ prefix: String, _ values: [T]) throws(Failure) -> T {
    guard Int(number) < values.count else {
        throw .invalid(name, number, expected: "one of \(prefix)…, 0 to \(values.count - 1)")
    }
    return values[Int(number)]
}

@c @implementation
public func pvm_module_config_set_jam(
    _ config: UnsafeMutablePointer<pvm_module_config>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try write(ModuleConfiguration.jam.structure, to: required(config, "config"), "pvm_module_config")
    }
}

@c @implementation
public func pvm_module_config_set_standard_program(
    _ config: UnsafeMutablePointer<pvm_module_config>?, _ set: UInt32, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let configuration = ModuleConfiguration.standardProgram(for: try instructionSet(set))
        try write(configuration.structure, to: required(config, "config"), "pvm_module_config")
    }
}

// MARK: Making

@c @implementation
public func pvm_module_new(
    _ engine: pvm_engine, _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ config: UnsafePointer<pvm_module_config>?,
    _ module: UnsafeMutablePointer<pvm_module>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    makeModule(engine, bytes, byteCount, module, error) { bytes, engine throws(Failure) in
        let configuration = try ModuleConfiguration(config, or: ModuleConfiguration())
        return try load(bytes) { bytes throws(BlobError) in
            try Blob(parsing: bytes)
        } making: {
            blob throws(ModuleError) in
            try Module(blob, configuration: configuration, engine: engine)
        }
    }
}

@c @implementation
public func pvm_module_new_raw(
    _ engine: pvm_engine, _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ set: UInt32,
    _ config: UnsafePointer<pvm_module_config>?, _ module: UnsafeMutablePointer<pvm_module>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    makeModule(engine, bytes, byteCount, module, error) { bytes, engine throws(Failure) in
        let set = try instructionSet(set)
        let configuration = try ModuleConfiguration(config, or: .jam)
        return try load(bytes) { bytes throws(BlobError) in
            try CodeMap(rawProgram: bytes)
        } making: {
            code throws(ModuleError) in
            try Module(rawProgram: code, instructionSet: set, configuration: configuration, engine: engine)
        }
    }
}

@c @implementation
public func pvm_module_new_standard(
    _ engine: pvm_engine, _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ set: UInt32,
    _ config: UnsafePointer<pvm_module_config>?, _ module: UnsafeMutablePointer<pvm_module>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    makeModule(engine, bytes, byteCount, module, error) { bytes, engine throws(Failure) in
        let set = try instructionSet(set)
        let configuration = try ModuleConfiguration(config, or: .standardProgram(for: set))
        return try load(bytes) { bytes throws(BlobError) in
            try StandardProgram(parsing: bytes)
        } making: {
            program throws(ModuleError) in
            try Module(program, instructionSet: set, configuration: configuration, engine: engine)
        }
    }
}

private func makeModule(
    _ engine: pvm_engine, _ start: UnsafeRawPointer?, _ count: Int, _ module: UnsafeMutablePointer<pvm_module>?,
    _ error: UnsafeMutablePointer<pvm_error>?, _ make: ([UInt8], Engine) throws(Failure) -> Module
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(module, "module")
        try withEngine(engine) { object throws(Failure) in
            let module = try make(copiedBytes(start, count, "bytes"), object.engine)
            result.pointee = pvm_module(id: try HandleTable.shared.insert(module, .module))
        }
    }
}

/// Reads a program and makes a module of it.
private func load<Parsed>(
    _ bytes: [UInt8], _ parse: ([UInt8]) throws(BlobError) -> Parsed,
    making module: (Parsed) throws(ModuleError) -> Module
) throws(Failure) -> Module {
    let parsed: Parsed
    do throws(BlobError) { parsed = try parse(bytes) } catch { throw Failure(error) }
    do throws(ModuleError) { return try module(parsed) } catch { throw Failure(error) }
}

// MARK: Machine code

@c @implementation
public func pvm_module_store_compiled(
    _ module: pvm_module, _ buffer: UnsafeMutablePointer<pvm_buffer>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(buffer, "buffer")
        try withModule(module) { module throws(Failure) in
            let compiled: CompiledModule
            if let reason = Backend.whyNoCompiler { throw Failure(PVM_ERROR_UNSUPPORTED, reason) }
            do throws(CompiledModuleError) { compiled = try CompiledModule(module) } catch { throw Failure(error) }
            let object = BufferObject(compiled.bytes)
            result.pointee = pvm_buffer(id: try HandleTable.shared.insert(object, .buffer))
        }
    }
}

@c @implementation
public func pvm_module_new_compiled(
    _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ module: UnsafeMutablePointer<pvm_module>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(module, "module")
        let bytes = try copiedBytes(bytes, byteCount, "bytes")
        if let reason = Backend.whyNoCompiler { throw Failure(PVM_ERROR_UNSUPPORTED, reason) }
        let loaded: Module
        do throws(CompiledModuleError) {
            loaded = try CompiledModule(parsing: bytes).module()
        } catch {
            throw Failure(error)
        }
        result.pointee = pvm_module(id: try HandleTable.shared.insert(loaded, .module))
    }
}

extension Failure {
    fileprivate init(_ error: CompiledModuleError) {
        switch error {
        case .program(let error): self.init(error)
        case .module(let error): self.init(error)
        case .formatVersion, .otherBuild, .missingFeatures: self.init(PVM_ERROR_UNSUPPORTED, error.description)
        case .notStorable: self.init(PVM_ERROR_MODULE, error.description)
        case .notCompiledModule, .wrongLength, .damaged, .malformed: self.init(PVM_ERROR_MALFORMED, error.description)
        }
    }
}

// MARK: Ending

@c @implementation
public func pvm_module_drop(_ module: pvm_module, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(module.id, .module) }
}

// MARK: Looking

@c @implementation
public func pvm_module_get_info(
    _ module: pvm_module, _ info: UnsafeMutablePointer<pvm_module_info>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(info, "info")
        try withModule(module) { module throws(Failure) in try write(module.info, to: result, "pvm_module_info") }
    }
}

extension Module {
    fileprivate var info: pvm_module_info {
        func address(_ zone: Range<UInt64>) -> UInt32 { UInt32(truncatingIfNeeded: zone.lowerBound) }
        func size(_ zone: Range<UInt64>) -> UInt32 { UInt32(truncatingIfNeeded: zone.upperBound - zone.lowerBound) }
        var info = pvm_module_info()
        info.instruction_set = UInt32(blob.instructionSet.rawValue)
        info.is_64_bit = blob.instructionSet.is64Bit ? 1 : 0
        info.export_count = UInt32(clamping: blob.exports.count)
        info.import_count = UInt32(clamping: blob.imports.count)
        if let map = memoryMap {
            (info.read_only_address, info.read_only_size) = (address(map.readOnly), size(map.readOnly))
            (info.read_write_address, info.read_write_size) = (address(map.readWrite), size(map.readWrite))
            (info.stack_address, info.stack_size) = (address(map.stack), size(map.stack))
            (info.auxiliary_address, info.auxiliary_size) = (address(map.auxiliary), size(map.auxiliary))
            info.heap_base = map.heapBase
            info.heap_size_limit = map.maximumHeapSize
        }
        info.page_size = configuration.pageSize
        info.code_size = UInt32(clamping: blob.code.bytes.count)
        info.native_code_size = UInt64(nativeByteCount ?? 0)
        return info
    }
}

@c @implementation
public func pvm_module_get_export(
    _ module: pvm_module, _ index: UInt32, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?, _ codeOffset: UnsafeMutablePointer<UInt32>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try withModule(module) { module throws(Failure) in
            let exports = module.blob.exports
            guard Int(index) < exports.count else {
                throw Failure(PVM_ERROR_NOT_FOUND, "no export \(index): the program has \(exports.count) exports")
            }
            let export = exports[Int(index)]
            try store(Blob.text(of: export.symbol), in: text, capacity, length)
            codeOffset?.initialize(to: export.codeOffset)
        }
    }
}

@c @implementation
public func pvm_module_get_import(
    _ module: pvm_module, _ number: UInt32, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try withModule(module) { module throws(Failure) in
            let imports = module.blob.imports
            guard Int(number) < imports.count else {
                throw Failure(PVM_ERROR_NOT_FOUND, "no import \(number): the program has \(imports.count) imports")
            }
            try store(imports[Int(number)].map(Blob.text) ?? "", in: text, capacity, length)
        }
    }
}

@c @implementation
public func pvm_module_find_export(
    _ module: pvm_module, _ name: UnsafePointer<CChar>?, _ codeOffset: UnsafeMutablePointer<UInt32>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(codeOffset, "code_offset")
        let name = try text(name, "name")
        try withModule(module) { module throws(Failure) in result.pointee = try module.codeOffset(ofExport: name) }
    }
}

extension Module {
    /// Where the function of an export starts.
    func codeOffset(ofExport name: String) throws(Failure) -> UInt32 {
        guard let export = export(named: name) else {
            throw Failure(.unknownExport(name: name, known: blob.exports.map { Blob.text(of: $0.symbol) }))
        }
        return export.codeOffset
    }
}

@c @implementation
public func pvm_module_get_gas_cost(
    _ module: pvm_module, _ codeOffset: UInt32, _ gas: UnsafeMutablePointer<Int64>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(gas, "gas")
        try withModule(module) { module throws(Failure) in
            guard let cost = module.gasCost(ofBlockAt: codeOffset) else {
                throw Failure(PVM_ERROR_NOT_FOUND, "no block of code starts at code offset \(codeOffset)")
            }
            result.pointee = cost
        }
    }
}
