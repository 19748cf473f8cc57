// What an instance consists of besides memory: registers, gas, where it stands.

public import CPolkaVM
import PolkaISA
import PolkaVM

/// Gives something of an instance to C.
@inline(__always)
private func get<T>(
    _ instance: pvm_instance, _ target: UnsafeMutablePointer<T>?, _ name: StaticString,
    _ error: UnsafeMutablePointer<pvm_error>?, _ value: (Instance) throws(Failure) -> T
) -> pvm_status {
    report(error) { () throws(Failure) in
        let target = try required(target, name)
        try withInstance(instance) { instance throws(Failure) in target.initialize(to: try value(instance)) }
    }
}

/// Changes something of an instance.
@inline(__always)
private func set(
    _ instance: pvm_instance, _ error: UnsafeMutablePointer<pvm_error>?, _ change: (Instance) throws(Failure) -> Void
) -> pvm_status {
    report(error) { () throws(Failure) in try withInstance(instance, change) }
}

@inline(__always)
private func register(_ number: UInt32) throws(Failure) -> Register {
    guard let byte = UInt8(exactly: number), let register = Register(rawValue: byte) else {
        throw .invalid("number", number, expected: "that of a register, 0 to \(Register.count - 1)")
    }
    return register
}

@c @implementation
public func pvm_instance_get_register(
    _ instance: pvm_instance, _ number: UInt32, _ value: UnsafeMutablePointer<UInt64>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, value, "value", error) { instance throws(Failure) in instance[try register(number)] }
}

@c @implementation
public func pvm_instance_set_register(
    _ instance: pvm_instance, _ number: UInt32, _ value: UInt64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    set(instance, error) { instance throws(Failure) in instance[try register(number)] = value }
}

@c @implementation
public func pvm_instance_get_registers(
    _ instance: pvm_instance, _ values: UnsafeMutablePointer<UInt64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let values = try required(values, "values")
        try withInstance(instance) { instance throws(Failure) in
            for register in Register.allCases { (values + register.index).initialize(to: instance[register]) }
        }
    }
}

@c @implementation
public func pvm_instance_set_registers(
    _ instance: pvm_instance, _ values: UnsafePointer<UInt64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    set(instance, error) { instance throws(Failure) in
        guard let values else { throw .null("values") }
        for register in Register.allCases { instance[register] = values[register.index] }
    }
}

@c @implementation
public func pvm_instance_get_gas(
    _ instance: pvm_instance, _ gas: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, gas, "gas", error) { $0.gas }
}

@c @implementation
public func pvm_instance_set_gas(
    _ instance: pvm_instance, _ gas: Int64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    set(instance, error) { $0.gas = gas }
}

@c @implementation
public func pvm_instance_add_gas(
    _ instance: pvm_instance, _ gas: Int64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    set(instance, error) { $0.addGas(gas) }
}

@c @implementation
public func pvm_instance_get_program_counter(
    _ instance: pvm_instance, _ codeOffset: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, codeOffset, "code_offset", error) { $0.programCounter.map(Int64.init) ?? -1 }
}

@c @implementation
public func pvm_instance_get_last_program_counter(
    _ instance: pvm_instance, _ codeOffset: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, codeOffset, "code_offset", error) { $0.lastProgramCounter.map(Int64.init) ?? -1 }
}

@c @implementation
public func pvm_instance_get_next_program_counter(
    _ instance: pvm_instance, _ codeOffset: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, codeOffset, "code_offset", error) { $0.nextProgramCounter.map(Int64.init) ?? -1 }
}

@c @implementation
public func pvm_instance_set_next_program_counter(
    _ instance: pvm_instance, _ codeOffset: Int64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    set(instance, error) { instance throws(Failure) in
        guard let next = UInt32(exactly: codeOffset) else {
            guard codeOffset == -1 else { throw .invalid("code_offset", codeOffset, expected: "-1 to 2^32 - 1") }
            instance.nextProgramCounter = nil
            return
        }
        instance.nextProgramCounter = next
    }
}

@c @implementation
public func pvm_instance_get_instruction_count(
    _ instance: pvm_instance, _ count: UnsafeMutablePointer<UInt64>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, count, "count", error) { $0.instructionCount }
}

@c @implementation
public func pvm_instance_get_tiers(
    _ instance: pvm_instance, _ tiers: UnsafeMutablePointer<UInt32>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    get(instance, tiers, "tiers", error) { instance in
        var sum = 0
        if instance.lastTiers.contains(.interpreter) { sum += PVM_TIER_INTERPRETER }
        if instance.lastTiers.contains(.compiler) { sum += PVM_TIER_COMPILER }
        return UInt32(sum)
    }
}
