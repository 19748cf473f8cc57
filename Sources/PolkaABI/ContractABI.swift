// What a contract offers, as its callers must know it.

/// The interface of a contract: how it is made and called, what it tells and how it fails.
public struct ContractABI: Hashable, Sendable {
    /// How it is made; nil is a constructor without arguments that takes no value.
    public private(set) var constructor: ABIConstructor?
    /// In the order of their names.
    public private(set) var functions: [ABIFunction] = []
    /// In the order of their names.
    public private(set) var events: [ABIEvent] = []
    /// In the order of their names.
    public private(set) var errors: [ABICustomError] = []
    /// What is called when no function fits, and whether it takes value; nil if nothing is.
    public private(set) var fallback: ABIMutability?
    /// Whether it takes value that comes without call data.
    public private(set) var receivesValue = false

    /// An empty interface.
    public init() {}

    /// An interface of these declarations; it names what is declared twice.
    public init(
        constructor: ABIConstructor? = nil, functions: [ABIFunction] = [], events: [ABIEvent] = [],
        errors: [ABICustomError] = []
    ) throws(ABIError) {
        if let constructor { try add(.constructor(constructor)) }
        for function in functions { try add(.function(function)) }
        for event in events { try add(.event(event)) }
        for error in errors { try add(.error(error)) }
        sort()
    }

    /// Reads either form: JSON, or lines for people.
    public init(text: String) throws(ABIError) {
        let first = text.utf8.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            try self.init(json: text)
        } else {
            try self.init(lines: text)
        }
    }

    /// Whether nothing is declared.
    public var isEmpty: Bool { self == ContractABI() }

    // MARK: Looking up

    /// The functions of a name; several differ in what they take.
    public func functions(named name: String) -> [ABIFunction] { functions.filter { $0.name == name } }

    /// The function that call data begins with.
    public func function(selector: UInt32) -> ABIFunction? { functions.first { $0.selector == selector } }

    /// The function that people mean by a name, or a signature if there are several of that name.
    ///
    /// Where it is known how many arguments they gave, that tells functions of one name apart.
    public func function(_ name: String, argumentCount: Int? = nil) throws(ABIError) -> ABIFunction {
        if let exact = functions.first(where: { $0.signature == name }) { return exact }
        let named = functions(named: name)
        let fitting = argumentCount.map { count in named.filter { $0.inputs.count == count } } ?? named
        if let only = fitting.count == 1 ? fitting.first : named.count == 1 ? named.first : nil { return only }
        guard named.isEmpty else {
            throw ABIError(
                .unknown, expected: "one of \(named.map(\.signature).joined(separator: ", "))", found: "'\(name)'",
                remedy: "name the types as well")
        }
        let list = functions.map(\.name)
        throw ABIError(
            .unknown, expected: list.isEmpty ? "a contract with functions" : "one of \(list.joined(separator: ", "))",
            found: "'\(name)'")
    }

    /// The error that an output begins with.
    public func error(selector: UInt32) -> ABICustomError? { errors.first { $0.selector == selector } }

    // MARK: Collecting

    /// One declaration of any kind.
    enum Entry {
        case constructor(ABIConstructor)
        case function(ABIFunction)
        case event(ABIEvent)
        case error(ABICustomError)
        case fallback(ABIMutability)
        case receive
    }

    /// Adds a declaration; the same one again changes nothing, since several objects of a program may hold it.
    mutating func add(_ entry: Entry, at place: ABIError.Place = .none) throws(ABIError) {
        func duplicate(_ new: String, _ old: String, remedy: String? = nil) -> ABIError {
            ABIError(
                .duplicate, place, expected: "declarations that differ in their signatures",
                found: "'\(new)' besides '\(old)'", remedy: remedy)
        }
        switch entry {
        case .constructor(let new):
            if let old = constructor, old != new { throw duplicate(new.declaration, old.declaration) }
            constructor = new
        case .function(let new):
            if functions.contains(new) { return }
            if let old = function(selector: new.selector) {
                throw duplicate(
                    new.declaration, old.declaration,
                    remedy: old.signature == new.signature
                        ? nil : "both have the selector \(Hex.text(new.selector.bigEndianBytes)); rename one")
            }
            functions.append(new)
        case .event(let new):
            if events.contains(new) { return }
            // Another contract's event may have the same signature and other topics; two of one contract may not.
            if let old = events.first(where: { $0.topic == new.topic && $0.topicCount == new.topicCount }) {
                throw duplicate(new.declaration, old.declaration)
            }
            events.append(new)
        case .error(let new):
            if errors.contains(new) { return }
            if let old = error(selector: new.selector) { throw duplicate(new.declaration, old.declaration) }
            errors.append(new)
        case .fallback(let mutability): fallback = mutability
        case .receive: receivesValue = true
        }
    }

    mutating func sort() {
        functions.sort { ($0.name, $0.signature) < ($1.name, $1.signature) }
        events.sort { ($0.name, $0.signature) < ($1.name, $1.signature) }
        errors.sort { ($0.name, $0.signature) < ($1.name, $1.signature) }
    }

    /// One line for each declaration, as `init(lines:)` reads them.
    public var lines: [String] {
        (constructor.map { [$0.declaration] } ?? [])
            + (fallback.map { ["fallback()\($0 == .payable ? " payable" : "")"] } ?? [])
            + (receivesValue ? ["receive() payable"] : [])
            + functions.map(\.declaration) + events.map(\.declaration) + errors.map(\.declaration)
    }
}
