// What a host offers to guests, as data: functions, constants, records. The files in Guest/hosts say it, InterfaceReader.swift
// reads them, and everything that must know a host's functions is made from these values.

/// The functions that a host offers to guests of a target.
package struct HostInterface: Equatable, Sendable {
    /// In lower case; interfaces of one name are versions of each other.
    package var name: String
    package var version: InterfaceVersion?
    /// The target of `pvm build` whose guests use it.
    package var target: String
    /// Whether only tests of guests find its functions, and no chain has them.
    package var isForTesting: Bool
    package var summary: String
    package var note: String?
    /// What names of functions, records and constants begin with in C.
    package var prefix: String
    /// What names of functions begin with in a program's list of imports.
    package var symbolPrefix: String
    /// The macro that is 0 for hosts that lack the interface; there its functions do nothing and return 0.
    package var presence: String?
    /// The constant that stands for no pointer.
    package var noPointer: String?
    /// How much of a register with a pointer the host looks at.
    package var pointerKind: IntegerKind
    /// What the host calls; empty if that is the guest's choice.
    package var entries: [EntryPoint]
    /// The constants that functions return for errors.
    package var errorGroup: String?
    package var unknownCall: UnknownCall?
    /// Ways in which a call ends the guest.
    package var aborts: [NamedText]
    package var constants: [ConstantGroup]
    package var records: [Record]
    package var functions: [HostFunction]
    /// Functions that there once were.
    package var retired: [NamedText]

    /// The name with the version, as in `jam-0.7.2`.
    package var fullName: String { version.map { "\(name)-\($0)" } ?? name }

    package func group(_ name: String) -> ConstantGroup? { constants.first { $0.name == name } }
    package func record(_ name: String) -> Record? { records.first { $0.name == name } }
    package func function(_ name: String) -> HostFunction? { functions.first { $0.name == name } }
    /// The name by which programs import a function.
    package func symbol(of function: HostFunction) -> String { symbolPrefix + function.name }

    /// The group and the constant of that name.
    package func constant(_ name: String) -> (group: ConstantGroup, constant: Constant)? {
        for group in constants {
            if let constant = group.values.first(where: { $0.name == name }) { return (group, constant) }
        }
        return nil
    }
}

/// A version of three numbers, each below 100.
package struct InterfaceVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let major, minor, patch: Int

    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2],
            parts.allSatisfy({ (0..<100).contains($0 ?? -1) })
        else { return nil }
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    /// One number for comparisons in C: 0.7.2 is 702.
    package var code: Int { (major * 100 + minor) * 100 + patch }
    package var description: String { "\(major).\(minor).\(patch)" }

    package static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}

/// A name and what it means.
package struct NamedText: Equatable, Sendable {
    package var name: String
    package var summary: String
}

/// A function of the guest that the host calls.
package struct EntryPoint: Equatable, Sendable {
    package var name: String
    /// Where in the code it is, if that is fixed; in bytes.
    package var offset: UInt32?
    package var summary: String
}

/// What becomes of a call to a function that there is not.
package struct UnknownCall: Equatable, Sendable {
    /// The constant that the guest gets.
    package var result: String
    /// What it costs, in units of gas.
    package var gas: UInt64
}

// MARK: Constants and records

/// Integers by the width in which they are passed; a register holds each.
package enum IntegerKind: String, CaseIterable, Sendable {
    case u8, u16, u32, u64
    /// A number of bytes in the guest's memory, as wide as the guest's pointers.
    case size

    package var maximum: UInt64 {
        switch self {
        case .u8: UInt64(UInt8.max)
        case .u16: UInt64(UInt16.max)
        case .u32: UInt64(UInt32.max)
        case .u64, .size: .max
        }
    }
}

/// Constants of one purpose.
package struct ConstantGroup: Equatable, Sendable {
    package enum Form: String, CaseIterable, Sendable {
        /// One of them is meant.
        case codes
        /// Any of them together.
        case flags
        /// Sizes and counts.
        case limits
    }
    package var name: String
    package var form: Form
    package var kind: IntegerKind
    /// What the names of its constants begin with, after the interface's prefix.
    package var prefix: String
    package var summary: String
    package var values: [Constant]
}

package struct Constant: Equatable, Sendable {
    package var name: String
    package var value: UInt64
    package var summary: String
}

/// Data in the guest's memory that has parts; they follow each other without gaps.
package struct Record: Equatable, Sendable {
    package struct Field: Equatable, Sendable {
        package var name: String
        package var content: Content
        package var count: Int
        package var summary: String?
    }
    package var name: String
    package var byteCount: Int
    package var summary: String
    package var fields: [Field]
}

/// What is in memory at a pointer.
package enum Content: Equatable, Sendable {
    case bytes
    case value(ValueKind)
    case record(String)

    /// Values of a fixed size.
    package enum ValueKind: String, CaseIterable, Sendable {
        case u8, u16, u32, u64
        /// 32 bytes, little-endian.
        case u256
        case address, hash, key, word, salt

        package var byteCount: Int {
            switch self {
            case .u8: 1
            case .u16: 2
            case .u32: 4
            case .u64: 8
            case .address: 20
            case .u256, .hash, .key, .word, .salt: 32
            }
        }
    }
}

// MARK: Functions

/// A function of the host.
package struct HostFunction: Equatable, Sendable {
    /// The number by which programs call it; nil where the name decides.
    package var number: UInt32?
    package var name: String
    package var summary: String
    /// Whether it is refused where state must not change.
    package var changesState: Bool
    /// The entries in which it may be called; nil for all.
    package var entries: [String]?
    package var neverReturns: Bool
    /// One for each register, beginning with a0.
    package var parameters: [Parameter]
    /// None, or one for each register: a0, a1.
    package var results: [ResultValue]
    package var errors: [ErrorCase]
    package var gas: [GasCost]
    package var note: String?

    /// As many arguments as a C function gets in registers (guest-abi.md 2).
    package static let maximumParameterCount = 6
    package static let maximumResultCount = 2

    /// The parameters with the halves of packed ones in their place.
    package var flatParameters: [Parameter] {
        parameters.flatMap { parameter in
            if case .packed(let high, let low) = parameter.kind { return [high, low] }
            return [parameter]
        }
    }
}

/// An argument, or half of one.
package struct Parameter: Equatable, Sendable {
    package indirect enum Kind: Equatable, Sendable {
        case integer(Integer)
        case pointer(Pointer)
        /// Two of 32 bits in one register.
        case packed(high: Parameter, low: Parameter)
    }
    package var name: String
    package var kind: Kind
    package var summary: String?
}

/// A number as an argument.
package struct Integer: Equatable, Sendable {
    package var kind: IntegerKind
    /// The constants that it is one of, or made of.
    package var group: String?
    package var minimum: UInt64
    package var maximum: UInt64
}

/// The address of something in the guest's memory as an argument.
package struct Pointer: Equatable, Sendable {
    package enum Direction: String, CaseIterable, Sendable {
        /// The host reads.
        case `in`
        /// The host writes.
        case out
        case inout_ = "inout"
    }

    /// How much is there.
    package enum Extent: Equatable, Sendable {
        /// A number of elements.
        case fixed(Int)
        /// As many elements as another parameter says.
        case counted(by: String)
        /// As many bytes as are written at the address in another parameter, which becomes how many they were.
        case capacity(at: String)
    }

    package var direction: Direction
    package var content: Content
    /// Of one element.
    package var byteCount: Int
    package var extent: Extent
    /// Whether the interface's constant for no pointer may be passed.
    package var isOptional: Bool
}

/// What a register holds after the call.
package struct ResultValue: Equatable, Sendable {
    package var name: String
    package var kind: IntegerKind
    package var group: String?
    package var summary: String
}

/// An error of a function: a constant of the interface's group for errors, returned in a0.
package struct ErrorCase: Equatable, Sendable {
    package var name: String
    package var when: String?
}

/// What a call costs in a case, in units of gas; a range where it depends on what is asked for.
package struct GasCost: Equatable, Sendable {
    package struct Term: Equatable, Sendable {
        package var cost: ClosedRange<UInt64>
        /// What is counted, rounded up.
        package var unit: String
        /// Of what, where there is a choice.
        package var subject: String?
    }
    package var when: String?
    package var base: ClosedRange<UInt64>
    package var terms: [Term]
}
