// Linkers: what hosts in C offer to guests.

public import CPolkaVM
import PolkaHost
import PolkaVM
import Synchronization

@c @implementation
public func pvm_linker_new(
    _ linker: UnsafeMutablePointer<pvm_linker>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(linker, "linker")
        result.pointee = pvm_linker(id: try HandleTable.shared.insert(LinkerObject(), .linker))
    }
}

@c @implementation
public func pvm_linker_drop(_ linker: pvm_linker, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(linker.id, .linker) }
}

@c @implementation
public func pvm_linker_define(
    _ linker: pvm_linker, _ name: UnsafePointer<CChar>?, _ function: pvm_host_function?,
    _ userData: UnsafeMutableRawPointer?, _ finalizer: pvm_finalizer?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let name = try text(name, "name")
        guard let function else { throw .null("function") }
        try define(in: linker, userData, finalizer) { linker, userData throws(LinkerError) in
            try linker.define(name, hostFunction(function, userData))
        }
    }
}

@c @implementation
public func pvm_linker_define_fallback(
    _ linker: pvm_linker, _ function: pvm_host_function?, _ userData: UnsafeMutableRawPointer?,
    _ finalizer: pvm_finalizer?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        guard let function else { throw .null("function") }
        try define(in: linker, userData, finalizer) { linker, userData in
            linker.fallback = hostFunction(function, userData)
        }
    }
}

@c @implementation
public func pvm_linker_define_number(
    _ linker: pvm_linker, _ number: UInt32, _ function: pvm_host_function?, _ userData: UnsafeMutableRawPointer?,
    _ finalizer: pvm_finalizer?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        guard let function else { throw .null("function") }
        try define(in: linker, userData, finalizer) { linker, userData throws(LinkerError) in
            try linker.define(number: number, hostFunction(function, userData))
        }
    }
}

/// Adds definitions to a linker; if that fails the finalizer is not called.
private func define(
    in linker: pvm_linker, _ userData: UnsafeMutableRawPointer?, _ finalizer: pvm_finalizer?,
    _ change: (inout Linker, UserData) throws(LinkerError) -> Void
) throws(Failure) {
    try withLinker(linker) { object throws(Failure) in
        let userData = UserData(userData, finalizer)
        // What is not offered any more goes after the lock: its finalizer may call the interface.
        var replaced = Linker()
        do throws(LinkerError) {
            try object.definitions.withLock { definitions throws(LinkerError) in
                replaced = definitions.linker
                try change(&definitions.linker, userData)
            }
        } catch {
            userData.disarm()
            throw Failure(error)
        }
        _ = consume replaced
    }
}

@c @implementation
public func pvm_linker_define_console(
    _ linker: pvm_linker, _ write: pvm_console_write?, _ read: pvm_console_read?, _ userData: UnsafeMutableRawPointer?,
    _ finalizer: pvm_finalizer?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        guard let write else { throw .null("write") }
        try define(in: linker, userData, finalizer) { linker, userData throws(LinkerError) in
            // Both names or none.
            var both = linker
            try ConsoleHost(write: write, read: read, userData).define(in: &both)
            linker = both
        }
    }
}

// MARK: Linking

@c @implementation
public func pvm_linker_link(
    _ linker: pvm_linker, _ module: pvm_module, _ linkedModule: UnsafeMutablePointer<pvm_linked_module>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(linkedModule, "linked_module")
        try withModule(module) { module throws(Failure) in
            let object = LinkedModuleObject(try link(module, linker))
            result.pointee = pvm_linked_module(id: try HandleTable.shared.insert(object, .linkedModule))
        }
    }
}

/// Puts a module and what a linker offers together; no handle offers nothing.
func link(_ module: Module, _ linker: pvm_linker) throws(Failure) -> LinkedModule {
    var offered = Linker()
    if linker.id != 0 {
        try withLinker(linker) { object throws(Failure) in
            offered = object.definitions.withLock { $0 }.linker
        }
    }
    do throws(LinkerError) { return try offered.link(module) } catch { throw Failure(error) }
}

@c @implementation
public func pvm_linked_module_drop(
    _ linkedModule: pvm_linked_module, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(linkedModule.id, .linkedModule) }
}
