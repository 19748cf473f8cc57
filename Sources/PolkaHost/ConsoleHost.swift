// The console: what a guest's `print`, `puts` and `scanf` reach.

public import PolkaVM

/// Offers `pvm_console_write(pointer, length, stream)` and `pvm_console_read(pointer, size)` to guests.
public struct ConsoleHost {
    /// Where text goes.
    public enum Stream: UInt64, Sendable {
        case output = 1
        case error = 2
    }

    /// The names under which programs import the functions.
    public static let symbol = "pvm_console_write"
    /// The name under which programs import reading.
    public static let readSymbol = "pvm_console_read"

    /// More than this nobody gets at once, however large the guest's buffer is.
    private static let longestRead: UInt64 = 1 << 16

    private let read: (Int) throws -> [UInt8]
    private let write: (Stream, [UInt8]) throws -> Void

    /// - Parameters:
    ///   - read: gives up to so many bytes of input, none at its end. Without it there is no input.
    ///   - write: receives bytes as the guest writes them. What either throws ends the call.
    public init(
        read: @escaping (Int) throws -> [UInt8] = { _ in [] }, write: @escaping (Stream, [UInt8]) throws -> Void
    ) {
        self.read = read
        self.write = write
    }

    /// Adds the console to what a host offers.
    public func define(in linker: inout Linker) throws(LinkerError) {
        try defineWrite(in: &linker)
        try defineRead(in: &linker)
    }

    /// `pvm_console_read(pointer, size)`: the number of bytes read, 0 at the end of the input.
    private func defineRead(in linker: inout Linker) throws(LinkerError) {
        let read = read
        try linker.define(Self.readSymbol) { context in
            let (pointer, size) = (context.argument(0), min(context.argument(1), Self.longestRead))
            let bytes = size == 0 ? [] : try read(Int(size)).prefix(Int(size))
            try context.write(Array(bytes), at: pointer)
            context.setResult(UInt64(bytes.count))
        }
    }

    private func defineWrite(in linker: inout Linker) throws(LinkerError) {
        let write = write
        try linker.define(Self.symbol) { context in
            let (pointer, length) = (context.argument(0), context.argument(1))
            guard let stream = Stream(rawValue: context.argument(2)) else {
                throw HostTrap(
                    "\(Self.symbol): stream \(context.argument(2)) does not exist: 1 is output, 2 is error output")
            }
            guard length > 0 else { return }
            try write(stream, try context.bytes(at: pointer, count: length))
        }
    }
}
