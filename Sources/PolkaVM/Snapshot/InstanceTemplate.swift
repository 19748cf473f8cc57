// Instances that begin warm: everything that an instance did before it was frozen, its forks need not do again.

/// The state of an instance, from which others are made in microseconds.
///
/// It stays when the instance it was made of goes, and may be used by many threads at once. What instances made from it have
/// not written they share. On Linux more than 64 KiB of pages are shown in the instances' memory and copied page by page when
/// they are written; less, and elsewhere, is copied at once.
public final class InstanceTemplate: Sendable {
    /// The program.
    public let module: Module
    let machine: MachineSnapshot
    let memory: MemoryTemplate

    fileprivate init(_ instance: Instance) throws(MemoryError) {
        module = instance.module
        machine = instance.machineSnapshot
        memory = try MemoryTemplate(instance.memory)
    }
}

extension Instance {
    /// Keeps the state of the instance for others to begin with; the instance itself goes on as before.
    ///
    /// It can be frozen wherever `snapshot()` can be taken, also when it was itself made from a template. Takes time for the
    /// memory that was touched.
    ///
    /// - Throws: `MemoryError.lent` while memory is lent for writing, `.system` if there is no memory left.
    public func freeze() throws(MemoryError) -> InstanceTemplate { try InstanceTemplate(self) }

    /// Makes an instance that begins where another one was frozen: same registers, gas, memory and place to go on, host
    /// functions of its own.
    ///
    /// - Parameters:
    ///   - template: what `freeze()` returned.
    ///   - linker: what answers the module's imports.
    /// - Throws: `InstanceError.link` if the linker does not fit, `.memory` if the system has no address space left.
    public convenience init(_ template: InstanceTemplate, linker: Linker = Linker()) throws(InstanceError) {
        let linked: LinkedModule
        do throws(LinkerError) { linked = try linker.link(template.module) } catch { throw .link(error) }
        try self.init(template, linked: linked)
    }

    /// Makes an instance that begins where another one was frozen, without looking up host functions.
    ///
    /// - Parameters:
    ///   - template: what `freeze()` returned.
    ///   - linked: the module of the template with what answers its imports.
    /// - Throws: `InstanceError.otherModule` if it is another module, `.memory` if the system has no address space left.
    public convenience init(_ template: InstanceTemplate, linked: LinkedModule) throws(InstanceError) {
        guard linked.module === template.module else { throw .otherModule }
        let memory: GuestMemory
        do throws(MemoryError) { memory = try template.memory.makeMemory() } catch { throw .memory(error) }
        self.init(linked, memory, template.module.executable)
        isFork = true
        start(at: template.machine)
    }
}
