// Engines, buffers, and what concerns no object. The header, pvm_vm.h, is the documentation of all functions; the
// compiler checks that they are declared as there.

public import CPolkaVM
import PolkaJIT
import PolkaVM

@c @implementation
public func pvm_abi_version() -> UInt32 { UInt32(PVM_ABI_MAJOR) << 16 | UInt32(PVM_ABI_MINOR) }

@c @implementation
public func pvm_handle_count() -> UInt64 { HandleTable.shared.count }

@c @implementation
public func pvm_status_name(_ status: pvm_status) -> UnsafePointer<CChar>? {
    let name: StaticString =
        switch Int(status) {
        case PVM_OK: "PVM_OK"
        case PVM_ERROR_NULL_ARGUMENT: "PVM_ERROR_NULL_ARGUMENT"
        case PVM_ERROR_INVALID_ARGUMENT: "PVM_ERROR_INVALID_ARGUMENT"
        case PVM_ERROR_INVALID_HANDLE: "PVM_ERROR_INVALID_HANDLE"
        case PVM_ERROR_DROPPED: "PVM_ERROR_DROPPED"
        case PVM_ERROR_BUSY: "PVM_ERROR_BUSY"
        case PVM_ERROR_IN_HOST_CALL: "PVM_ERROR_IN_HOST_CALL"
        case PVM_ERROR_NESTING: "PVM_ERROR_NESTING"
        case PVM_ERROR_MALFORMED: "PVM_ERROR_MALFORMED"
        case PVM_ERROR_MODULE: "PVM_ERROR_MODULE"
        case PVM_ERROR_NOT_FOUND: "PVM_ERROR_NOT_FOUND"
        case PVM_ERROR_TOO_MANY_ARGUMENTS: "PVM_ERROR_TOO_MANY_ARGUMENTS"
        case PVM_ERROR_NO_STACK: "PVM_ERROR_NO_STACK"
        case PVM_ERROR_NO_PROGRAM_COUNTER: "PVM_ERROR_NO_PROGRAM_COUNTER"
        case PVM_ERROR_MEMORY: "PVM_ERROR_MEMORY"
        case PVM_ERROR_SYSTEM: "PVM_ERROR_SYSTEM"
        case PVM_ERROR_UNSUPPORTED: "PVM_ERROR_UNSUPPORTED"
        case PVM_ERROR_ALREADY_DEFINED: "PVM_ERROR_ALREADY_DEFINED"
        case PVM_HOST_TRAP: "PVM_HOST_TRAP"
        case PVM_HOST_SUSPEND: "PVM_HOST_SUSPEND"
        case PVM_ERROR_HOST...: "a status of the host's"
        default: "no status"
        }
    return UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func pvm_buffer_get(
    _ buffer: pvm_buffer, _ bytes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ byteCount: UnsafeMutablePointer<Int>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let bytes = try required(bytes, "bytes")
        let byteCount = try required(byteCount, "byte_count")
        try HandleTable.shared.use(buffer.id, .buffer, as: BufferObject.self) { buffer throws(Failure) in
            bytes.pointee = UnsafePointer(buffer.bytes.baseAddress)
            byteCount.pointee = buffer.bytes.count
        }
    }
}

@c @implementation
public func pvm_buffer_drop(_ buffer: pvm_buffer, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(buffer.id, .buffer) }
}

@c @implementation
public func pvm_engine_new(
    _ config: UnsafePointer<pvm_engine_config>?, _ engine: UnsafeMutablePointer<pvm_engine>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(engine, "engine")
        var backend = PVM_BACKEND_AUTO
        if let config {
            let config = try read(config, zero: pvm_engine_config(), "pvm_engine_config")
            try expectZero(config.reserved)
            backend = Int(config.backend)
        }
        let object = EngineObject(Engine(backend: try Backend(number: backend)))
        result.pointee = pvm_engine(id: try HandleTable.shared.insert(object, .engine))
    }
}

@c @implementation
public func pvm_engine_drop(_ engine: pvm_engine, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(engine.id, .engine) }
}

extension Backend {
    fileprivate init(number: Int) throws(Failure) {
        switch number {
        case PVM_BACKEND_AUTO: self = .auto
        case PVM_BACKEND_INTERPRETER: self = .interpreter
        case PVM_BACKEND_COMPILER:
            if let reason = Backend.whyNoCompiler { throw Failure(PVM_ERROR_UNSUPPORTED, reason) }
            self = .compiler
        default: throw .invalid("backend", number, expected: "one of PVM_BACKEND_…, 0 to 2")
        }
    }
}

/// Fields that have no meaning yet.
func expectZero(_ reserved: UInt32) throws(Failure) {
    guard reserved == 0 else { throw .invalid("reserved", reserved, expected: "0") }
}
