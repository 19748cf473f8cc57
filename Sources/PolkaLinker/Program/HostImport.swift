// A host function as its metadata declares it (guest-abi.md 3).

import PolkaISA

/// What metadata says of a function that crosses the border between guest and host.
struct HostImport: Hashable, Sendable {
    /// Bytes of the longest name that is taken; records can share one name, each of which is stored.
    static let longestName = 1024

    /// The name; arbitrary bytes.
    var symbol: [UInt8]
    /// How many of the argument registers carry arguments, 0 to 9.
    var inputRegisterCount: Int
    /// How many registers carry results, 0 to 2.
    var outputRegisterCount: Int
    /// The host-call number, if it is fixed.
    var index: UInt32?

    /// The registers that carry the arguments.
    var inputRegisters: RegisterSet {
        Register.arguments.prefix(inputRegisterCount).reduce(into: RegisterSet()) { $0.formUnion(RegisterSet($1)) }
    }
}
