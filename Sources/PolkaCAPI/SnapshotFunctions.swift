// Snapshots, templates and hashes of states.

public import CPolkaVM
import PolkaVM

extension Failure {
    fileprivate init(_ error: SnapshotError) {
        switch error {
        case .instance(let error): self.init(error)
        case .otherModule: self.init(PVM_ERROR_INVALID_ARGUMENT, error.description)
        case .unknownVersion: self.init(PVM_ERROR_UNSUPPORTED, error.description)
        case .notASnapshot, .truncated, .damaged, .malformed: self.init(PVM_ERROR_MALFORMED, error.description)
        }
    }
}

@c @implementation
public func pvm_instance_take_snapshot(
    _ instance: pvm_instance, _ snapshot: UnsafeMutablePointer<pvm_buffer>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(snapshot, "snapshot")
        try withInstance(instance) { instance throws(Failure) in
            let bytes: [UInt8]
            do throws(SnapshotError) { bytes = try instance.snapshot() } catch { throw Failure(error) }
            result.pointee = pvm_buffer(id: try HandleTable.shared.insert(BufferObject(bytes), .buffer))
        }
    }
}

@c @implementation
public func pvm_instance_restore_snapshot(
    _ instance: pvm_instance, _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let bytes = try copiedBytes(bytes, byteCount, "bytes")
        try HandleTable.shared.own(instance.id, as: InstanceObject.self) { object, _ throws(Failure) in
            do throws(SnapshotError) { try object.instance.restore(bytes) } catch { throw Failure(error) }
            object.lastStop = .none
        }
    }
}

@c @implementation
public func pvm_instance_get_state_hash(
    _ instance: pvm_instance, _ hash: UnsafeMutablePointer<UInt8>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let target = try required(hash, "hash")
        try withInstance(instance) { instance throws(Failure) in
            let hash: ContentHash
            do throws(MemoryError) { hash = try instance.stateHash } catch { throw Failure(error) }
            for (index, byte) in hash.bytes.enumerated() { (target + index).initialize(to: byte) }
        }
    }
}

// MARK: Templates

@c @implementation
public func pvm_instance_freeze(
    _ instance: pvm_instance, _ frozen: UnsafeMutablePointer<pvm_template>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(frozen, "frozen")
        try withInstance(instance) { instance throws(Failure) in
            let template: InstanceTemplate
            do throws(MemoryError) { template = try instance.freeze() } catch { throw Failure(error) }
            result.pointee = pvm_template(id: try HandleTable.shared.insert(template, .template))
        }
    }
}

@c @implementation
public func pvm_template_instantiate(
    _ frozen: pvm_template, _ linker: pvm_linker, _ instance: UnsafeMutablePointer<pvm_instance>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(instance, "instance")
        try HandleTable.shared.use(frozen.id, .template, as: InstanceTemplate.self) { template throws(Failure) in
            result.pointee = try makeInstance(from: template, link(template.module, linker))
        }
    }
}

@c @implementation
public func pvm_template_instantiate_linked(
    _ frozen: pvm_template, _ linkedModule: pvm_linked_module, _ instance: UnsafeMutablePointer<pvm_instance>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(instance, "instance")
        try HandleTable.shared.use(frozen.id, .template, as: InstanceTemplate.self) { template throws(Failure) in
            try HandleTable.shared.use(linkedModule.id, .linkedModule, as: LinkedModuleObject.self) {
                object throws(Failure) in result.pointee = try makeInstance(from: template, object.linked)
            }
        }
    }
}

private func makeInstance(from template: InstanceTemplate, _ linked: LinkedModule) throws(Failure) -> pvm_instance {
    let instance: Instance
    do throws(InstanceError) { instance = try Instance(template, linked: linked) } catch { throw Failure(error) }
    return try keep(instance)
}

@c @implementation
public func pvm_template_drop(_ frozen: pvm_template, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(frozen.id, .template) }
}
