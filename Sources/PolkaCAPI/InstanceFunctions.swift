// Instances: making them, running them, and what they say of themselves afterwards.

public import CPolkaVM
import PolkaBlob
import PolkaHost
import PolkaISA
import PolkaVM

@c @implementation
public func pvm_instance_new(
    _ module: pvm_module, _ linker: pvm_linker, _ instance: UnsafeMutablePointer<pvm_instance>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(instance, "instance")
        try withModule(module) { module throws(Failure) in result.pointee = try makeInstance(of: link(module, linker)) }
    }
}

@c @implementation
public func pvm_linked_module_instantiate(
    _ linkedModule: pvm_linked_module, _ instance: UnsafeMutablePointer<pvm_instance>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(instance, "instance")
        try HandleTable.shared.use(linkedModule.id, .linkedModule, as: LinkedModuleObject.self) {
            object throws(Failure) in result.pointee = try makeInstance(of: object.linked)
        }
    }
}

private func makeInstance(of linked: LinkedModule) throws(Failure) -> pvm_instance {
    let instance: Instance
    do throws(InstanceError) { instance = try linked.instantiate() } catch { throw Failure(error) }
    return try keep(instance)
}

/// Gives an instance a handle.
func keep(_ instance: Instance) throws(Failure) -> pvm_instance {
    let object = InstanceObject(instance)
    object.handle = pvm_instance(id: try HandleTable.shared.insert(object, .instance, isOwned: true))
    return object.handle
}

@c @implementation
public func pvm_instance_drop(_ instance: pvm_instance, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in try HandleTable.shared.dropOwned(instance.id) }
}

// MARK: Running

/// Runs a guest and tells C why it stopped.
@inline(__always)
private func run(
    _ instance: pvm_instance, _ exit: UnsafeMutablePointer<pvm_exit>?, _ error: UnsafeMutablePointer<pvm_error>?,
    keepsPlace: Bool = false, _ body: (Instance) throws -> Exit
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(exit, "exit")
        try HandleTable.shared.own(instance.id, as: InstanceObject.self) { object, isNested throws(Failure) in
            let caller = pvm_this_caller()
            let outer = caller.pointee.current
            caller.pointee.current = Unmanaged.passUnretained(object).toOpaque()
            defer { caller.pointee.current = outer }
            guard isNested, keepsPlace else {
                let value = try finish(object.instance, body)
                object.lastStop = .exit(value)
                result.initialize(to: pvm_exit(value, object.instance))
                return
            }
            try object.instance.keepingPlace { () throws(Failure) in
                let value = try finish(object.instance, body)
                object.lastStop = .told(object.instance.description(of: value))
                result.initialize(to: pvm_exit(value, object.instance))
            }
        }
    }
}

/// Runs a guest until it stops.
@inline(__always)
private func finish(_ instance: Instance, _ body: (Instance) throws -> Exit) throws(Failure) -> Exit {
    do {
        return try body(instance)
    } catch {
        guard error is Suspension else { throw Failure(thrown: error) }
        guard let number = instance.calledNumber else {
            throw Failure(
                PVM_ERROR_INVALID_ARGUMENT,
                "a host function has sent the guest elsewhere and then suspended it; expected one of both")
        }
        return .hostCall(number)
    }
}

extension Instance {
    /// The host function that the guest has called, if that is where it stands.
    fileprivate var calledNumber: UInt32? {
        guard let offset = programCounter.map(Int.init), offset < module.blob.code.bytes.count,
            let instruction = module.blob.code.instruction(at: offset, in: module.blob.instructionSet),
            instruction.opcode == .ecalli
        else { return nil }
        return UInt32(truncatingIfNeeded: instruction.x)
    }
}

extension pvm_exit {
    @inline(__always)
    fileprivate init(_ exit: Exit, _ instance: Instance) {
        self.init()
        a0 = instance[.a0]
        a1 = instance[.a1]
        switch exit {
        case .finished: kind = UInt32(PVM_EXIT_FINISHED)
        case .trap: kind = UInt32(PVM_EXIT_TRAP)
        case .pageFault(let fault):
            kind = UInt32(PVM_EXIT_PAGE_FAULT)
            page_address = fault.address
            page_size = fault.pageSize
            is_write_protected = fault.isWriteProtected ? 1 : 0
        case .outOfGas: kind = UInt32(PVM_EXIT_OUT_OF_GAS)
        case .hostCall(let number):
            kind = UInt32(PVM_EXIT_HOST_CALL)
            host_call = number
        case .cancelled: kind = UInt32(PVM_EXIT_CANCELLED)
        }
    }
}

/// Sets registers and program counter for a call.
@inline(__always)
private func prepareCall(
    _ instance: Instance, _ codeOffset: UInt32, _ arguments: UnsafePointer<UInt64>?, _ count: Int
) throws(Failure) {
    let limit = Register.arguments.count
    guard (0...limit).contains(count) else {
        throw Failure(InstanceError.tooManyArguments(count: count < 0 ? .max : count, limit: limit))
    }
    guard arguments != nil || count == 0 else { throw .null("arguments") }
    do throws(InstanceError) {
        try instance.prepareCall(at: codeOffset)
    } catch {
        throw Failure(error)
    }
    for index in 0..<count { instance[Register.arguments[index]] = arguments.unsafelyUnwrapped[index] }
}

@c @implementation
public func pvm_instance_call(
    _ instance: pvm_instance, _ exportName: UnsafePointer<CChar>?, _ arguments: UnsafePointer<UInt64>?, _ count: Int,
    _ exit: UnsafeMutablePointer<pvm_exit>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    run(instance, exit, error, keepsPlace: true) { instance in
        let codeOffset = try instance.module.codeOffset(ofExport: text(exportName, "export_name"))
        try prepareCall(instance, codeOffset, arguments, count)
        return try instance.resume()
    }
}

@c @implementation
public func pvm_instance_call_at(
    _ instance: pvm_instance, _ codeOffset: UInt32, _ arguments: UnsafePointer<UInt64>?, _ count: Int,
    _ exit: UnsafeMutablePointer<pvm_exit>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    run(instance, exit, error, keepsPlace: true) { instance in
        try prepareCall(instance, codeOffset, arguments, count)
        return try instance.resume()
    }
}

@c @implementation
public func pvm_instance_prepare_call(
    _ instance: pvm_instance, _ codeOffset: UInt32, _ arguments: UnsafePointer<UInt64>?, _ count: Int,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try withInstance(instance) { instance throws(Failure) in
            try prepareCall(instance, codeOffset, arguments, count)
        }
    }
}

@c @implementation
public func pvm_instance_resume(
    _ instance: pvm_instance, _ exit: UnsafeMutablePointer<pvm_exit>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    run(instance, exit, error) { try $0.resume() }
}

@c @implementation
public func pvm_instance_run(
    _ instance: pvm_instance, _ exit: UnsafeMutablePointer<pvm_exit>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    run(instance, exit, error) { try $0.run() }
}

@c @implementation
public func pvm_instance_step(
    _ instance: pvm_instance, _ exit: UnsafeMutablePointer<pvm_exit>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(exit, "exit")
        try HandleTable.shared.own(instance.id, as: InstanceObject.self) { object, _ throws(Failure) in
            let value: Exit?
            do throws(InstanceError) { value = try object.instance.step() } catch { throw Failure(error) }
            object.lastStop = value.map(Stop.exit) ?? .step
            result.initialize(to: pvm_exit(value ?? .finished, object.instance))
            if value == nil { result.pointee.kind = UInt32(PVM_EXIT_STEP) }
        }
    }
}

@c @implementation
public func pvm_instance_reset(_ instance: pvm_instance, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    report(error) { () throws(Failure) in
        try HandleTable.shared.own(instance.id, as: InstanceObject.self) { object, _ throws(Failure) in
            do throws(InstanceError) { try object.instance.reset() } catch { throw Failure(error) }
            object.lastStop = .none
        }
    }
}

// MARK: Afterwards

@c @implementation
public func pvm_instance_get_exit_text(
    _ instance: pvm_instance, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try HandleTable.shared.own(instance.id, as: InstanceObject.self) { object, _ throws(Failure) in
            let description =
                switch object.lastStop {
                case .none: "has not run"
                case .step: "executed one instruction"
                case .exit(let exit): object.instance.description(of: exit)
                case .told(let description): description
                }
            try store(description, in: text, capacity, length)
        }
    }
}

@c @implementation
public func pvm_instance_get_backtrace(
    _ instance: pvm_instance, _ frameLimit: UInt32, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        try withInstance(instance) { instance throws(Failure) in
            let backtrace = instance.backtrace(limit: frameLimit == 0 ? 256 : Int(frameLimit))
            try store(backtrace.lines.joined(separator: "\n"), in: text, capacity, length)
        }
    }
}

extension Backtrace {
    /// A line for each frame, and for what is to be said of it.
    fileprivate var lines: [String] {
        var lines: [String] = []
        for (index, frame) in frames.enumerated() {
            if omittedCount > 0, index == omissionIndex { lines.append("(\(omittedCount) functions more)") }
            lines.append(frame.description + (frame.note.map { " (\($0))" } ?? ""))
        }
        if let debugInfoProblem { lines.append("(\(debugInfoProblem))") }
        return lines
    }
}

// MARK: Programs of particular kinds

@c @implementation
public func pvm_instance_pass_words(
    _ instance: pvm_instance, _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ wordCount: Int,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        // Far more than a stack holds.
        let limit = 1 << 28
        guard (0...limit).contains(wordCount) else {
            throw .invalid("word_count", UInt(bitPattern: wordCount), expected: "at most \(limit)")
        }
        guard words != nil || wordCount == 0 else { throw .null("words") }
        var strings: [String] = []
        for index in 0..<wordCount { strings.append(try text(words?[index], "words[\(index)]")) }
        try withInstance(instance) { instance throws(Failure) in
            do {
                try ProgramArguments(strings).pass(to: instance)
            } catch let error as ProgramArguments.TooLong {
                throw Failure(PVM_ERROR_INVALID_ARGUMENT, error.description)
            } catch {
                throw Failure(thrown: error)
            }
        }
    }
}

@c @implementation
public func pvm_instance_prepare_entry(
    _ instance: pvm_instance, _ codeOffset: UInt32, _ input: UnsafeRawPointer?, _ byteCount: Int,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let input = try copiedBytes(input, byteCount, "input")
        try withInstance(instance) { instance throws(Failure) in
            do throws(InstanceError) {
                try instance.prepareEntry(at: codeOffset, input: input)
            } catch {
                throw Failure(error)
            }
        }
    }
}

@c @implementation
public func pvm_instance_get_entry_result(
    _ instance: pvm_instance, _ result: UnsafeMutablePointer<pvm_buffer>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let target = try required(result, "result")
        try withInstance(instance) { instance throws(Failure) in
            let buffer = BufferObject(instance.entryResult)
            target.pointee = pvm_buffer(id: try HandleTable.shared.insert(buffer, .buffer))
        }
    }
}
