// What a contract says about itself; the macros are in Guest/Macros.

/// What a function of a contract does with state and value.
public enum Mutability {
    /// Changes nothing.
    case view
    /// Changes nothing and looks at nothing.
    case pure
    /// Takes value.
    case payable
    /// May change state, takes no value.
    case nonpayable
}

/// Makes a type a contract: its functions with `@Call` are the ones that the chain can call, the one with `@Deploy` runs first.
///
///     @Contract struct Counter {
///         @Storage var count: U256
///
///         @Deploy func deploy(start: U256) { count = start }
///         @Call func increment() -> U256 { count += 1; return count }
///         @Call(.view) func current() -> U256 { count }
///     }
///
/// Exports `deploy` and `call`, which find the function by the selector in the call data, and revert if there is none, if the values
/// are malformed, or if value comes with a message to a function that is not payable. `CounterClient` calls the contract from
/// others and from tests. The type is a struct, an enum with static functions, or a final class.
@attached(memberAttribute)
@attached(member, names: named(__pvm_deploy), named(__pvm_call), named(__PVMContract))
@attached(peer, names: suffixed(Client))
public macro Contract() = #externalMacro(module: "PVMMacros", type: "ContractMacro")

/// Makes a function the contract's constructor.
@attached(peer)
public macro Deploy() = #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// Makes a function the contract's constructor, which takes value if it says `.payable`.
@attached(peer)
public macro Deploy(_ mutability: Mutability) = #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// Makes a function one that the chain can call, by the name and the types that Solidity has for it.
@attached(peer)
public macro Call(_ mutability: Mutability = .nonpayable, name: StaticString = "") =
    #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// Makes a function the one for messages without call data: it takes value.
@attached(peer)
public macro Receive() = #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// Makes a function the one for selectors that nothing else has.
@attached(peer)
public macro Fallback(_ mutability: Mutability = .nonpayable) =
    #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// Keeps a variable of the contract in storage, in the next slot: a value, a `Map`, a `StorageArray`.
@attached(peer)
public macro Storage() = #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// What `@Contract` puts on variables with `@Storage`.
@attached(accessor)
public macro _StorageSlot(_ number: UInt64) = #externalMacro(module: "PVMMacros", type: "StorageSlotMacro")

/// Makes a struct an event, which `emit` leaves. The type's name and its variables' names and types are those of the event.
@attached(member, names: named(__PVMEvent))
@attached(extension, conformances: Event, names: named(abiEncode))
public macro Event(anonymous: Bool = false) = #externalMacro(module: "PVMMacros", type: "EventMacro")

/// Makes a variable of an event one to search by: a topic.
@attached(peer)
public macro Indexed() = #externalMacro(module: "PVMMacros", type: "ContractMarker")

/// Makes a struct an error, or each case of an enum, for `revert` and `require`.
@attached(member, names: named(__PVMError))
@attached(extension, conformances: ContractError, names: named(abiEncode))
public macro ContractError() = #externalMacro(module: "PVMMacros", type: "ErrorMacro")

/// Makes of a protocol a client for contracts that others have written: `NAMEClient(address)` has the protocol's functions. `@Call`
/// says what does not change state; a requirement `init` is the constructor.
@attached(peer, names: suffixed(Client))
public macro ContractInterface() = #externalMacro(module: "PVMMacros", type: "InterfaceMacro")
