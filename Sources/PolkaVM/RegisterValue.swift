// Values of Swift in the registers of calls, both ways (vm.md 3.1): integers of up to 32 bits take one register, those of 64 bits
// one or, on 32-bit kinds, two, the low half first.

import PolkaISA

/// What a parameter of a host function can be.
public protocol HostArgument {
    /// How many registers it takes.
    static func registerCount(is64Bit: Bool) -> Int

    /// Takes it from the next registers.
    ///
    /// - Throws: `HostTrap` if the guest passed what can not be right.
    static func read(from reader: inout RegisterReader) throws -> Self
}

/// What can be passed in registers to a guest and back.
public protocol RegisterValue: HostArgument {
    /// Puts it into the next registers.
    func write(to writer: inout RegisterWriter)
}

/// The registers of a call's arguments, or of its result, one after the other.
public struct RegisterReader {
    /// The call that is being answered; nil where a result is read.
    let context: HostContext?
    let instance: Instance
    private var index = 0

    /// Registers that pass arguments.
    static var limit: Int { Register.arguments.count }

    init(_ context: HostContext) {
        self.context = context
        instance = context.instance
    }

    init(resultOf instance: Instance) {
        context = nil
        self.instance = instance
    }

    /// Whether registers are 64 bits wide.
    public var is64Bit: Bool { instance.is64Bit }

    /// The next register; linking makes sure that there is one.
    public mutating func next() -> UInt64 {
        defer { index += 1 }
        return instance[Register.arguments[index]]
    }

    /// An address and a number of bytes in the next two registers, and the bytes there.
    ///
    /// - Throws: `HostTrap` unless all of them are readable.
    public mutating func nextBytes() throws(HostTrap) -> [UInt8] {
        let address = next(), count = next()
        return try instance.bytes(at: address, count: count, for: name)
    }

    /// Whose value it is, for errors.
    public var name: String { context?.functionName ?? "result" }
}

/// The registers of a call's arguments, or of its result, to be filled one after the other.
public struct RegisterWriter {
    private let instance: Instance
    private var index = 0

    init(_ instance: Instance) { self.instance = instance }

    /// Whether registers are 64 bits wide.
    public var is64Bit: Bool { instance.is64Bit }

    /// Fills the next register.
    public mutating func append(_ value: UInt64) {
        instance[Register.arguments[index]] = value
        index += 1
    }
}

extension RegisterValue where Self: FixedWidthInteger {
    /// How many registers it takes.
    public static func registerCount(is64Bit: Bool) -> Int { Self.bitWidth > 32 && !is64Bit ? 2 : 1 }

    /// Takes it from the next registers.
    public static func read(from reader: inout RegisterReader) -> Self {
        let low = reader.next()
        guard Self.bitWidth > 32, !reader.is64Bit else { return Self(truncatingIfNeeded: low) }
        return Self(truncatingIfNeeded: low | reader.next() << 32)
    }

    /// Puts it into the next registers.
    public func write(to writer: inout RegisterWriter) {
        // Signed integers are extended with their sign, others with zeros.
        let bits = UInt64(truncatingIfNeeded: self)
        writer.append(bits)
        if Self.bitWidth > 32, !writer.is64Bit { writer.append(bits >> 32) }
    }
}

extension UInt8: RegisterValue {}
extension UInt16: RegisterValue {}
extension UInt32: RegisterValue {}
extension UInt64: RegisterValue {}
extension Int8: RegisterValue {}
extension Int16: RegisterValue {}
extension Int32: RegisterValue {}
extension Int64: RegisterValue {}

extension Bool: RegisterValue {
    /// How many registers it takes.
    public static func registerCount(is64Bit: Bool) -> Int { 1 }

    /// True for anything but 0 in the lowest byte, which is all that compilers promise of a register with a Bool.
    public static func read(from reader: inout RegisterReader) -> Bool { reader.next() & 0xff != 0 }

    /// Puts it into the next registers.
    public func write(to writer: inout RegisterWriter) { writer.append(self ? 1 : 0) }
}

/// Bytes of the guest, passed as their address and their number.
extension Array: HostArgument where Element == UInt8 {
    /// How many registers it takes.
    public static func registerCount(is64Bit: Bool) -> Int { 2 }

    /// Takes it from the next registers.
    public static func read(from reader: inout RegisterReader) throws -> [UInt8] { try reader.nextBytes() }
}

/// Text of the guest in UTF-8, passed as the address and the number of its bytes.
extension String: HostArgument {
    /// How many registers it takes.
    public static func registerCount(is64Bit: Bool) -> Int { 2 }

    /// Takes it from the next registers.
    public static func read(from reader: inout RegisterReader) throws -> String {
        let bytes = try reader.nextBytes()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw HostTrap("\(reader.name): \(bytes.count) bytes of text are not UTF-8")
        }
        return text
    }
}

/// Takes no register.
extension HostContext: HostArgument {
    /// How many registers it takes.
    public static func registerCount(is64Bit: Bool) -> Int { 0 }

    /// Takes it from the next registers.
    public static func read(from reader: inout RegisterReader) -> HostContext {
        guard let context = reader.context else { preconditionFailure("a result is no parameter of a host function") }
        return context
    }
}
