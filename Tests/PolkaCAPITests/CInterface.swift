// The C functions, called as C calls them: only the header is imported.

import CPolkaVM

/// What a function of the interface reported.
struct CError: Error, CustomStringConvertible {
    let status: pvm_status
    let message: String

    var description: String { "\(String(cString: pvm_status_name(status))): \(message)" }
}

/// Calls a function of the interface.
///
/// - Throws: what it reports.
func check(_ function: (UnsafeMutablePointer<pvm_error>) -> pvm_status) throws(CError) {
    let error = UnsafeMutablePointer<pvm_error>.allocate(capacity: 1)
    defer { error.deallocate() }
    guard function(error) != PVM_OK else { return }
    let message = withUnsafePointer(to: &error.pointee.message) { message in
        message.withMemoryRebound(to: CChar.self, capacity: Int(PVM_MESSAGE_SIZE)) { String(cString: $0) }
    }
    throw CError(status: error.pointee.status, message: message)
}

/// Calls a function that stores something.
func result<T>(
    _ zero: T, _ function: (UnsafeMutablePointer<T>, UnsafeMutablePointer<pvm_error>) -> pvm_status
) throws(CError) -> T {
    var value = zero
    try check { error in function(&value, error) }
    return value
}

/// What runs modules.
enum CBackend: UInt32, CaseIterable {
    case auto, interpreter, compiler

    /// Those that work here.
    static let available = allCases.filter { backend in
        guard let engine = try? backend.makeEngine() else { return false }
        return pvm_engine_drop(engine, nil) == PVM_OK
    }

    func makeEngine() throws(CError) -> pvm_engine {
        var config = pvm_engine_config()
        config.struct_size = MemoryLayout<pvm_engine_config>.size
        config.backend = rawValue
        return try result(pvm_engine()) { pvm_engine_new(&config, $0, $1) }
    }
}

/// A raw program with memory that the host maps, by the rules of the published vectors.
///
/// Every function that the vectors need is called here, and dropping all that was made.
final class CInstance {
    private let engine: pvm_engine
    private let module: pvm_module
    private let instance: pvm_instance
    let costModel: UInt32
    /// Pages that were mapped, in ascending order.
    private var mapped: [UInt32: UInt32] = [:]

    init(_ program: [UInt8], on backend: CBackend, costModel: UInt32) throws {
        let engine = try backend.makeEngine()
        var config = pvm_module_config()
        config.struct_size = MemoryLayout<pvm_module_config>.size
        try check { pvm_module_config_set_jam(&config, $0) }
        config.cost_model = costModel
        let module = try result(pvm_module()) {
            pvm_module_new_raw(engine, program, program.count, UInt32(PVM_ISA_LATEST64), &config, $0, $1)
        }
        instance = try result(pvm_instance()) { pvm_instance_new(module, pvm_linker(), $0, $1) }
        self.engine = engine
        self.module = module
        self.costModel = costModel
    }

    /// Ends all that was made; a second time it is an error.
    func drop() throws {
        try check { pvm_engine_drop(engine, $0) }
        try check { pvm_module_drop(module, $0) }
        try check { pvm_instance_drop(instance, $0) }
    }

    // MARK: State

    var registers: [UInt64] {
        get throws {
            var values = [UInt64](repeating: 0, count: Int(PVM_REGISTER_COUNT))
            try check { pvm_instance_get_registers(instance, &values, $0) }
            return values
        }
    }

    func setRegisters(_ values: [UInt64]) throws { try check { pvm_instance_set_registers(instance, values, $0) } }

    func setRegister(_ number: Int, _ value: UInt64) throws {
        try check { pvm_instance_set_register(instance, UInt32(clamping: number), value, $0) }
    }

    var gas: Int64 { get throws { try result(0) { pvm_instance_get_gas(instance, $0, $1) } } }

    func setGas(_ gas: Int64) throws { try check { pvm_instance_set_gas(instance, gas, $0) } }

    func setNextProgramCounter(_ offset: UInt32) throws {
        try check { pvm_instance_set_next_program_counter(instance, Int64(offset), $0) }
    }

    var instructionCount: UInt64 {
        get throws { try result(0) { pvm_instance_get_instruction_count(instance, $0, $1) } }
    }

    /// The instruction executed last, the one that stopped, and where the next run starts.
    var programCounters: (last: Int64, now: Int64, next: Int64) {
        get throws {
            (
                try result(0) { pvm_instance_get_last_program_counter(instance, $0, $1) },
                try result(0) { pvm_instance_get_program_counter(instance, $0, $1) },
                try result(0) { pvm_instance_get_next_program_counter(instance, $0, $1) }
            )
        }
    }

    var tiers: UInt32 { get throws { try result(0) { pvm_instance_get_tiers(instance, $0, $1) } } }

    func gasCost(ofBlockAt offset: UInt32) throws -> Int64 {
        try result(0) { pvm_module_get_gas_cost(module, offset, $0, $1) }
    }

    func run() throws -> pvm_exit { try result(pvm_exit()) { pvm_instance_run(instance, $0, $1) } }

    // MARK: Memory

    func map(at address: UInt32, byteCount: UInt64, writable: Bool) throws {
        let access = UInt32(writable ? PVM_ACCESS_READ_WRITE : PVM_ACCESS_READ)
        try check { pvm_memory_map(instance, UInt64(address), byteCount, access, $0) }
        for page in stride(from: UInt64(address), to: UInt64(address) + byteCount, by: 4096) {
            mapped[UInt32(page)] = 4096
        }
    }

    func protect(at address: UInt32, byteCount: UInt64) throws {
        try check { pvm_memory_protect(instance, UInt64(address), byteCount, UInt32(PVM_ACCESS_READ), $0) }
    }

    func write(_ bytes: [UInt8], at address: UInt32) throws {
        try check { pvm_memory_write(instance, UInt64(address), bytes, bytes.count, $0) }
    }

    /// Every byte that is not zero.
    var memory: [UInt32: UInt8] {
        get throws {
            var memory: [UInt32: UInt8] = [:]
            for (page, byteCount) in mapped {
                var bytes = [UInt8](repeating: 0, count: Int(byteCount))
                try check { pvm_memory_read(instance, UInt64(page), &bytes, bytes.count, $0) }
                for (index, byte) in bytes.enumerated() where byte != 0 { memory[page + UInt32(index)] = byte }
            }
            return memory
        }
    }
}
