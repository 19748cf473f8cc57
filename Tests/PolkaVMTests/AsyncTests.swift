// Host functions that wait while the guest is suspended.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct AsyncTests {
    private static let program = importing(
        ["now", "later"],
        [
            Instruction(.ecalli, x: 0), Instruction(.ecalli, x: 1), Instruction(.addImm64, .a0, .a0, x: 1), ret,
        ])

    private static func linker(_ later: @escaping Linker.AsyncFunction) throws -> Linker {
        var linker = Linker()
        try linker.define("now") { $0.setResult($0.argument(0) * 2) }
        try linker.defineAsync("later", later)
        return linker
    }

    @Test(arguments: Engine.all.indices)
    func waits(_ engine: Int) async throws {
        let module = try Module(Self.program, configuration: metered, engine: Engine.all[engine])
        let linker = try Self.linker { context in
            await Task.yield()
            try await Task.sleep(for: .microseconds(10))
            context.setResult(context.argument(0) + 100)
        }
        let instance = try linker.link(module).instantiate()
        instance.gas = 4
        #expect(try await instance.callAsync("run", [5]) == .finished)
        #expect(instance[.a0] == 111)
        // The block is paid once.
        #expect(instance.gas == 0)
    }

    /// Without anybody who waits the run stops there, and the host may answer itself.
    @Test func suspends() throws {
        let linker = try Self.linker { _ in }
        let instance = try linker.link(try Module(Self.program)).instantiate()
        #expect(try instance.call("run", [5]) == .hostCall(1))
        instance[.a0] = 7
        #expect(try instance.resume() == .finished)
        #expect(instance[.a0] == 8)
    }

    @Test func refuses() async throws {
        struct Failure: Error {}
        var trapping = true
        let linker = try Self.linker { _ in
            await Task.yield()
            if trapping { throw HostTrap("later: never") }
            throw Failure()
        }
        let instance = try linker.link(try Module(Self.program)).instantiate()
        #expect(try await instance.callAsync("run") == .trap)
        #expect(instance.trapReason == .host("later: never"))
        trapping = false
        await #expect(throws: Failure.self) { try await instance.callAsync("run", [5]) }
        #expect(try await instance.resumeAsync() == .finished)
        #expect(instance[.a0] == 11)
    }
}
