// Stopping instances from other threads.

public import CPolkaVM
import PolkaVM

private func withCancellation(
    _ handle: pvm_cancellation, _ body: (Cancellation) throws(Failure) -> Void
) throws(Failure) {
    try HandleTable.shared.use(handle.id, .cancellation, as: Cancellation.self, body)
}

@c @implementation
public func pvm_cancellation_new(
    _ cancellation: UnsafeMutablePointer<pvm_cancellation>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(cancellation, "cancellation")
        result.pointee = pvm_cancellation(id: try HandleTable.shared.insert(Cancellation(), .cancellation))
    }
}

@c @implementation
public func pvm_cancellation_drop(
    _ cancellation: pvm_cancellation, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.drop(cancellation.id, .cancellation) }
}

@c @implementation
public func pvm_cancellation_cancel(
    _ cancellation: pvm_cancellation, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in try withCancellation(cancellation) { $0.cancel() } }
}

@c @implementation
public func pvm_cancellation_reset(
    _ cancellation: pvm_cancellation, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in try withCancellation(cancellation) { $0.reset() } }
}

@c @implementation
public func pvm_instance_set_cancellation(
    _ instance: pvm_instance, _ cancellation: pvm_cancellation, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try withInstance(instance) { instance throws(Failure) in
            var value: Cancellation?
            if cancellation.id != 0 { try withCancellation(cancellation) { value = $0 } }
            do throws(InstanceError) { try instance.setCancellation(value) } catch { throw Failure(error) }
        }
    }
}
