// What the host offers to guests, by the names or numbers that programs import, and putting it together with a program once for
// many instances (vm.md 9.4).

import PolkaBlob
import PolkaISA

/// A table of host functions.
///
/// Functions are looked up when a module is linked, not when they are called. A linker may be used for any number of modules.
public struct Linker {
    /// Answers a host call.
    ///
    /// Arguments and results are in the context's registers.
    /// An error thrown ends the call with that error; `HostTrap` ends it with a trap in the guest.
    public typealias Function = (HostContext) throws -> Void

    /// Answers a host call, and may take its time; the guest waits (`Instance.resumeAsync`).
    public typealias AsyncFunction = nonisolated(nonsending) (HostContext) async throws -> Void

    /// A function in a box of its own type: taken out of a bare optional or collection it would be wrapped anew, in memory
    /// from the heap, for each call.
    struct Entry {
        let answer: Function
    }

    /// What answers an import.
    struct Definition {
        enum Answer {
            case function(Function)
            case asyncFunction(AsyncFunction)
        }
        let answer: Answer
        /// Registers that its arguments take, on 64-bit and on 32-bit kinds; nil if it reads them itself.
        var registerCounts: (wide: Int, narrow: Int)?
    }

    private var named: [[UInt8]: Definition] = [:]
    private var numbered: [UInt32: Definition] = [:]
    private var anything: Definition?

    /// Makes a table that offers nothing.
    public init() {}

    /// Answers host calls that nothing else answers; the context tells the number.
    public var fallback: Function? {
        get {
            guard case .function(let function) = anything?.answer else { return nil }
            return function
        }
        set { anything = newValue.map { Definition(answer: .function($0)) } }
    }

    // MARK: Offering

    /// Offers a function under the name that programs import it by.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the name is taken.
    public mutating func define(_ name: String, _ function: @escaping Function) throws(LinkerError) {
        try add(Definition(answer: .function(function)), name)
    }

    /// Offers a function under a number, for programs whose imports have no names, like JAM's.
    ///
    /// A name that is imported under the same number goes before it.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the number is taken.
    public mutating func define(number: UInt32, _ function: @escaping Function) throws(LinkerError) {
        try add(Definition(answer: .function(function)), number)
    }

    /// Offers a function that may wait for something while the guest is suspended.
    ///
    /// Runs that are not asynchronous stop at it with `Exit.hostCall`, as at a function that is not there.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the name is taken.
    public mutating func defineAsync(_ name: String, _ function: @escaping AsyncFunction) throws(LinkerError) {
        try add(Definition(answer: .asyncFunction(function)), name)
    }

    /// Offers a function that may wait, under a number.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the number is taken.
    public mutating func defineAsync(number: UInt32, _ function: @escaping AsyncFunction) throws(LinkerError) {
        try add(Definition(answer: .asyncFunction(function)), number)
    }

    /// Offers a function with arguments and a result of types that registers can hold.
    ///
    /// ```swift
    /// try linker.define("add") { (a: UInt32, b: UInt32) in a &+ b }
    /// ```
    /// A parameter of type `HostContext` takes no register and gets the context.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the name is taken.
    public mutating func define<each Argument: HostArgument, Result: RegisterValue>(
        _ name: String, _ function: @escaping (repeat each Argument) throws -> Result
    ) throws(LinkerError) {
        try add(Self.typed(function), name)
    }

    /// Offers a function with arguments of types that registers can hold, and no result.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the name is taken.
    public mutating func define<each Argument: HostArgument>(
        _ name: String, _ function: @escaping (repeat each Argument) throws -> Void
    ) throws(LinkerError) {
        try add(Self.typed(function), name)
    }

    /// Offers a typed function under a number.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the number is taken.
    public mutating func define<each Argument: HostArgument, Result: RegisterValue>(
        number: UInt32, _ function: @escaping (repeat each Argument) throws -> Result
    ) throws(LinkerError) {
        try add(Self.typed(function), number)
    }

    /// Offers under a name what another table has under a number, for tests of guests whose host knows numbers only.
    ///
    /// - Throws: `LinkerError.alreadyDefined` if the name is taken, `.missing` if the other table does not have the number.
    package mutating func define(_ name: String, from other: Linker, number: UInt32) throws(LinkerError) {
        guard let definition = other.numbered[number] else { throw .missing(names: ["#\(number)"]) }
        try add(definition, name)
    }

    private static func typed<each Argument: HostArgument, Result: RegisterValue>(
        _ function: @escaping (repeat each Argument) throws -> Result
    ) -> Definition {
        let answer: Function = { context in
            var reader = RegisterReader(context)
            let result = try function(repeat try (each Argument).read(from: &reader))
            var writer = RegisterWriter(context.instance)
            result.write(to: &writer)
        }
        return Definition(answer: .function(answer), registerCounts: registerCounts(repeat (each Argument).self))
    }

    private static func typed<each Argument: HostArgument>(
        _ function: @escaping (repeat each Argument) throws -> Void
    ) -> Definition {
        let answer: Function = { context in
            var reader = RegisterReader(context)
            try function(repeat try (each Argument).read(from: &reader))
        }
        return Definition(answer: .function(answer), registerCounts: registerCounts(repeat (each Argument).self))
    }

    private static func registerCounts<each Argument: HostArgument>(
        _ types: repeat (each Argument).Type
    ) -> (wide: Int, narrow: Int) {
        var wide = 0, narrow = 0
        for type in repeat each types {
            wide += type.registerCount(is64Bit: true)
            narrow += type.registerCount(is64Bit: false)
        }
        return (wide, narrow)
    }

    private mutating func add(_ definition: Definition, _ name: String) throws(LinkerError) {
        let symbol = Array(name.utf8)
        guard named[symbol] == nil else { throw .alreadyDefined(name: name) }
        named[symbol] = definition
    }

    private mutating func add(_ definition: Definition, _ number: UInt32) throws(LinkerError) {
        guard numbered[number] == nil else { throw .alreadyDefined(name: "#\(number)") }
        numbered[number] = definition
    }

    // MARK: Linking

    /// Finds what answers each import of a module.
    ///
    /// - Throws: `LinkerError` if the module is strict and imports what is not offered, or if a function takes more arguments
    ///   than registers pass.
    public func link(_ module: Module) throws(LinkerError) -> LinkedModule {
        let is64Bit = module.blob.instructionSet.is64Bit
        var table = ImportTable()
        var missing: [String] = []
        for (index, symbol) in module.blob.imports.enumerated() {
            let number = UInt32(truncatingIfNeeded: index)
            let definition = symbol.flatMap { named[$0] } ?? numbered[number]
            let name = symbol.map(Blob.text(of:)) ?? "#\(number)"
            if definition == nil, anything == nil { missing.append(name) }
            if let definition { try definition.check(name, is64Bit: is64Bit) }
            table.append(definition ?? anything)
        }
        if module.configuration.isStrict, !missing.isEmpty { throw .missing(names: missing) }
        for (number, definition) in numbered where number >= module.blob.imports.count {
            try definition.check("#\(number)", is64Bit: is64Bit)
            table.add(definition, number)
        }
        table.setFallback(anything)
        return LinkedModule(module: module, imports: table)
    }
}

extension Linker.Definition {
    fileprivate func check(_ name: String, is64Bit: Bool) throws(LinkerError) {
        guard let registerCounts else { return }
        let count = is64Bit ? registerCounts.wide : registerCounts.narrow
        let limit = RegisterReader.limit
        guard count <= limit else { throw .tooManyArguments(name: name, registerCount: count, limit: limit) }
    }
}

/// What answers host calls, by number.
struct ImportTable {
    /// By the number of an import; nil where nothing answers at once.
    private var entries: [Linker.Entry?] = []
    private var numbered: [UInt32: Linker.Entry] = [:]
    private var fallback: Linker.Entry?
    private var asynchronous: [UInt32: Linker.AsyncFunction] = [:]

    mutating func append(_ definition: Linker.Definition?) {
        let number = UInt32(truncatingIfNeeded: entries.count)
        switch definition?.answer {
        case .function(let function): entries.append(Linker.Entry(answer: function))
        case .asyncFunction(let function):
            entries.append(nil)
            asynchronous[number] = function
        case nil: entries.append(nil)
        }
    }

    mutating func add(_ definition: Linker.Definition, _ number: UInt32) {
        switch definition.answer {
        case .function(let function): numbered[number] = Linker.Entry(answer: function)
        case .asyncFunction(let function): asynchronous[number] = function
        }
    }

    mutating func setFallback(_ definition: Linker.Definition?) {
        if case .function(let function) = definition?.answer { fallback = Linker.Entry(answer: function) }
    }

    /// What answers a host call at once; nil if nothing does.
    @inline(__always)
    func entry(answering number: UInt32) -> Linker.Entry? {
        let index = Int(number)
        return index < entries.count ? entries[index] : entry(behind: number)
    }

    /// The same for numbers that are no import.
    @inline(never)
    private func entry(behind number: UInt32) -> Linker.Entry? {
        if let entry = numbered[number] { return entry }
        return asynchronous[number] == nil ? fallback : nil
    }

    func asyncFunction(answering number: UInt32) -> Linker.AsyncFunction? { asynchronous[number] }
}

/// A module with what answers its imports, of which instances are made without looking anything up again.
public struct LinkedModule {
    /// The program.
    public let module: Module
    let imports: ImportTable

    /// Makes an instance.
    ///
    /// - Throws: `InstanceError.memory` if the system has no address space left.
    public func instantiate() throws(InstanceError) -> Instance { try Instance(self) }
}
