// Taking and restoring snapshots: the whole state of an instance as bytes, for another process, another backend, another day.

extension Instance {
    /// The state of the instance as bytes: registers, program counters, gas, memory.
    ///
    /// It can be taken at any stop, also by a host function while the guest waits for it: who restores it then goes on behind
    /// the host call, in the block that is already paid. Takes time for the memory that was touched, and its size is that of the
    /// pages that differ from those of a new instance. What host functions keep for themselves is no part of it.
    ///
    /// - Returns: bytes that every backend and every host can restore; `Documentation/snapshots.md` has the format.
    /// - Throws: `SnapshotError.instance` while memory is lent for writing, or if the system refuses.
    public func snapshot() throws(SnapshotError) -> [UInt8] {
        let memory: MemoryState
        do throws(MemoryError) { memory = try self.memory.state() } catch { throw .instance(.memory(error)) }
        return SnapshotFormat.encode(SavedState(machine: machineSnapshot, memory: memory), of: module)
    }

    /// Becomes what a snapshot says, whatever the instance was before.
    ///
    /// The snapshot must be of the same program under the same rules (`Module.identity`); backend, host and process may be
    /// others.
    ///
    /// - Parameter snapshot: what `snapshot()` returned; bytes from strangers are safe, but decide all that the guest does.
    /// - Throws: `SnapshotError` for anything else, and during a run; the instance is then as it was. Only if the system refuses
    ///   memory in the middle of it (`MemoryError.system`) its memory is neither the old nor the new: reset it.
    public func restore(_ snapshot: [UInt8]) throws(SnapshotError) {
        let state = try SnapshotFormat.decode(snapshot, for: module)
        do throws(InstanceError) {
            try whileIdle { () throws(InstanceError) in
                do throws(MemoryError) { try memory.restore(state.memory) } catch { throw .memory(error) }
                start(at: state.machine)
            }
        } catch {
            throw .instance(error)
        }
        memory.journal?.append(.restore(snapshot: snapshot))
    }
}
