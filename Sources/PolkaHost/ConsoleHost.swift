// The console: what a guest's `print` and `puts` reach.

public import PolkaVM

/// Offers `pvm_console_write(pointer, length, stream)` to guests.
public struct ConsoleHost {
    /// Where text goes.
    public enum Stream: UInt64, Sendable {
        case output = 1
        case error = 2
    }

    /// The name under which programs import the function.
    public static let symbol = "pvm_console_write"

    private let write: (Stream, [UInt8]) throws -> Void

    /// - Parameter write: receives bytes as the guest writes them; what it throws ends the call.
    public init(write: @escaping (Stream, [UInt8]) throws -> Void) {
        self.write = write
    }

    /// Adds the console to what a host offers.
    public func define(in functions: inout HostFunctions) {
        let write = write
        functions.define(Self.symbol) { context in
            // Lengths and pointers of 32-bit guests arrive zero extended, and a 64-bit guest has no others that are right.
            let (pointer, length) = (context.argument(0), context.argument(1))
            guard let stream = Stream(rawValue: context.argument(2)) else {
                throw HostTrap(
                    "\(Self.symbol): stream \(context.argument(2)) does not exist: 1 is output, 2 is error output")
            }
            guard length > 0 else { return }
            guard let address = UInt32(exactly: pointer), let byteCount = UInt32(exactly: length),
                let bytes = try? context.memory.read(at: address, byteCount: Int(byteCount))
            else {
                let address = "0x" + String(pointer, radix: 16)
                throw HostTrap("\(Self.symbol): \(length) bytes at \(address) are not all readable")
            }
            try write(stream, bytes)
        }
    }
}
