// Runs whose host functions may wait: the guest is suspended at its host call, which needs no thread, and goes on when there is
// an answer. Nothing below this file knows of it.

extension Instance {
    /// Runs on, answering host calls, also those whose answers must be waited for.
    ///
    /// While a host function waits the instance belongs to the task; nobody else may use it.
    ///
    /// - Returns: why the run stopped.
    /// - Throws: what a host function throws, except `HostTrap`, which ends the run with a trap. The program counter then
    ///   follows the host call, so that the run can go on. Also what `run` throws.
    public nonisolated(nonsending) func resumeAsync() async throws -> Exit {
        while true {
            let exit = try resume()
            guard case .hostCall(let number) = exit, let answer = imports.asyncFunction(answering: number) else {
                return exit
            }
            do {
                try await answer(HostContext(instance: self, number: number))
            } catch let trap as HostTrap {
                return end(by: trap)
            }
        }
    }

    /// Calls an export and answers its host calls, also those whose answers must be waited for.
    ///
    /// - Parameters:
    ///   - name: the export.
    ///   - arguments: up to 9 register values.
    /// - Returns: why the call stopped; after `finished` results are in a0 and a1.
    /// - Throws: as `call` does.
    public nonisolated(nonsending) func callAsync(
        _ name: String, _ arguments: [UInt64] = []
    ) async throws -> Exit {
        try prepareCall(name, arguments)
        return try await resumeAsync()
    }

    /// Ends a run whose host call has been refused.
    private func end(by trap: HostTrap) -> Exit {
        hostTrap = trap
        return machine.end(.trap, at: machine.lastProgramCounter ?? 0)
    }
}
