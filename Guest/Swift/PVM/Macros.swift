// What a guest says to the outside: which functions it exports, which it imports, what its tests are and expect.

/// Exports a function under its own name.
///
///     @Export func fibonacci(_ n: UInt64) -> UInt64 { … }
///
/// The function is a global one, or a static one of a type that is not generic. Its parameters are integers of at most 64 bits,
/// `Bool`, pointers (also optional ones), enums with a C representation, and buffers: `UnsafeRawBufferPointer`,
/// `UnsafeBufferPointer<Element>` and their mutable kin, which take two registers, the address and the count. Six registers in
/// all. The result is nothing, fits in a register, or is a raw buffer, whose bytes must outlive the call. Of integers of less
/// than 64 bits and of `Bool` only their own bits count, whatever the host has put above them; results are extended. Guests may
/// call the function as any other.
@attached(peer, names: prefixed(__pvm_export_))
public macro Export() = #externalMacro(module: "PVMMacros", type: "ExportMacro")

/// Exports a function under another name.
///
/// - Parameter name: What the host calls it: a literal of 1 to 1024 visible ASCII characters.
@attached(peer, names: prefixed(__pvm_export_))
public macro Export(_ name: StaticString) = #externalMacro(module: "PVMMacros", type: "ExportMacro")

/// Declares a function of the host, which knows it under its own name.
///
///     @Import func hostAdd(_ a: UInt64, _ b: UInt64) -> UInt64
///
/// The function has no body. For parameters and results the same holds as for `@Export`, and buffers are passed on as address
/// and count.
@attached(peer, names: prefixed(__pvm_import_))
@attached(body)
public macro Import() = #externalMacro(module: "PVMMacros", type: "ImportMacro")

/// Declares a function of the host, which knows it under another name.
///
/// - Parameter name: What the host calls it: a literal of 1 to 1024 visible ASCII characters.
@attached(peer, names: prefixed(__pvm_import_))
@attached(body)
public macro Import(_ name: StaticString) = #externalMacro(module: "PVMMacros", type: "ImportMacro")

/// Declares a function of a host that knows its functions by number.
///
/// A guest that numbers one import numbers them all.
///
/// - Parameter index: The number, a literal from 0 to 4294967294.
@attached(peer, names: prefixed(__pvm_import_))
@attached(body)
public macro Import(index: UInt32) = #externalMacro(module: "PVMMacros", type: "ImportMacro")

/// Declares a function of a host that knows its functions by number, and gives it another name in listings.
///
/// - Parameters:
///   - name: A literal of 1 to 1024 visible ASCII characters.
///   - index: The number, a literal from 0 to 4294967294.
@attached(peer, names: prefixed(__pvm_import_))
@attached(body)
public macro Import(_ name: StaticString, index: UInt32) = #externalMacro(module: "PVMMacros", type: "ImportMacro")

/// Makes a function without parameters and result a test, which `pvm test` runs in an instance of its own.
///
/// It is exported under its name, with `test_` before it unless the name begins with "test". It passes if it does not trap.
@attached(peer, names: prefixed(__pvm_export_))
public macro Test() = #externalMacro(module: "PVMMacros", type: "TestMacro")

/// Traps unless the condition holds, after saying on the console where it stands, how it is written, and, for a comparison,
/// what its two sides were if these can be printed.
///
/// - Parameter condition: Both sides of a comparison have the same type. `expect` takes any condition.
@freestanding(expression)
public macro expect(_ condition: Bool) = #externalMacro(module: "PVMMacros", type: "ExpectMacro")
