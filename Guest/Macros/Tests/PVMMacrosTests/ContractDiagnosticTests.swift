// Mistakes in contracts: where each is, what is said about it, and what the proposal makes of it.

import Testing

@Suite struct ContractDiagnosticTests {
    private static let contractType = "@Contract goes on a struct, an enum with static functions, or a final class"

    static let mistakes: [(source: String, message: String, column: Int)] = [
        ("@Contract actor Token {}", contractType, 1),
        ("@Contract class Token {}", contractType, 1),
        ("@Contract struct Token<Value> {}", "a contract can not be generic: the chain can not choose its types", 23),
        ("struct Note { @Indexed let to: Address }", "@Indexed goes on a variable of a type with @Event", 15),
        ("@Event enum Note {}", "@Event goes on a struct", 1),
        ("@Event struct Note<Value> {}", "a type with @Event can not be generic", 19),
        ("@Event struct Note { let text = 1 }", "a value needs its type written out", 26),
        (
            "@Event struct Note { @Indexed let a: U256; @Indexed let b: U256; @Indexed let c: U256; @Indexed let d: U256 }",
            "4 indexed variables; an event has at most 3", 15
        ),
        ("@Event struct Note { let größe: U256 }", notASolidityName("größe"), 26),
        ("@ContractError enum Wrong { case größe }", notASolidityName("größe"), 34),
        ("@Event struct Note { let size: Double }", notAnABIType("Double"), 32),
        ("@ContractError actor Wrong {}", "@ContractError goes on a struct or an enum", 1),
        ("@ContractError enum Wrong { case size(Float) }", notAnABIType("Float"), 39),
        (
            "@ContractInterface protocol Token { var name: Text { get } }",
            "a contract's interface has functions, and at most one 'init'", 37
        ),
        ("@ContractInterface protocol Token { func send(_ amount: Double) }", notAnABIType("Double"), 57),
        (
            "@ContractInterface protocol Token { func send(_ amount: UInt64) throws }",
            "say which error is thrown: 'throws(SomeError)', of a type with @ContractError", 65
        ),
    ]

    @Test(arguments: mistakes)
    func single(_ source: String, _ message: String, _ column: Int) {
        expectDiagnostics(of: source, [(message, 1, column)], withContract: source.contains("@Contract "))
    }

    /// An event without a name as its topic has room for one more.
    @Test func anonymousEvent() {
        let fields = "@Indexed let a: U256; @Indexed let b: U256; @Indexed let c: U256; @Indexed let d: U256"
        expectDiagnostics(of: "@Event(anonymous: true) struct Note { \(fields) }", [])
    }

    static let proposals: [(Mistake, expanded: String)] = [
        (
            Mistake(
                "@Call func transfer() {}", "@Call goes on a member of a type with @Contract", 1, 1, "remove '@Call'",
                fixed: "func transfer() {}"),
            "func transfer() {}"
        ),
        (
            Mistake(
                "@Event struct Note {\n    let text: Data\n}",
                notAnABIType("Data"), 2, 15, "replace 'Data' with 'Bytes'",
                fixed: "@Event struct Note {\n    let text: Bytes\n}"),
            "struct Note {\n    let text: Data\n}"
        ),
        (
            Mistake(
                "@ContractInterface struct Token {}", "@ContractInterface goes on a protocol", 1, 1,
                "remove '@ContractInterface'", fixed: "struct Token {}"),
            "struct Token {}"
        ),
        (
            Mistake(
                "@ContractInterface protocol Token {\n    func send(_ amount: UInt64) async\n}",
                "the chain can not call an asynchronous function", 2, 33, "remove 'async'",
                fixed: "@ContractInterface protocol Token {\n    func send(_ amount: UInt64) \n}"),
            "protocol Token {\n    func send(_ amount: UInt64) async\n}"
        ),
    ]

    @Test(arguments: proposals)
    func proposal(_ mistake: Mistake, _ expanded: String) {
        mistake.check(expanded: expanded)
    }

    /// What is wrong inside a contract, as the attributes of its members say it.
    static let members: [(member: String, message: String, column: Int)] = [
        ("@Storage let x: U256", "a variable in storage is a 'var'", 10),
        (
            "@Storage var x = 1", "a variable in storage begins as zero; give it a value in the function with @Deploy",
            16
        ),
        ("@Storage var x", "a variable in storage needs its type written out", 14),
        ("@Storage func x() {}", "@Storage goes on a variable", 1),
        ("@Call var x: U256 { 1 }", "@Call goes on a function", 1),
    ]

    @Test(arguments: members)
    func marker(_ member: String, _ message: String, _ column: Int) {
        // The contract's own macro is not expanded here: what it adds is not the subject.
        expectDiagnostics(of: "@Contract struct Token {\n\(member)\n}", [(message, 2, column)])
    }

    /// What the contract's macro says of its members.
    static let contracts: [(member: String, message: String, column: Int)] = [
        ("var x: U256 = 1", "'x' is forgotten at the end of each call: put @Storage on it, or make it computed", 1),
        ("@Call func x<T>() {}", "the chain can not call a generic function", 13),
        ("@Call func x(a: U256...) {}", "the chain can not call a variadic function", 21),
        ("@Call func x(a: U256 = 1) {}", "a default argument does not reach whoever calls", 22),
        ("@Deploy func x() -> U256 { 1 }", "a constructor has no result", 18),
        ("@Deploy(.view) func x() {}", "@Deploy is .payable or .nonpayable", 1),
        (
            "@Receive func x(a: U256) {}",
            "what receives value has neither parameters nor a result: there is no call data", 16
        ),
        ("@Fallback func x() -> U256 { 1 }", "a fallback has no parameters, and no result or 'Bytes'", 17),
        (
            "@Call func x(a: UInt) {}; @Call func x(a: UInt64) {}",
            "'x(uint64)' has the selector of 'x(uint64)'; rename one of them", 38
        ),
        ("@Call(name: \"foo(uint256)\") func x() {}", notASolidityName("foo(uint256)"), 13),
        ("@Call func größe() {}", notASolidityName("größe"), 12),
        ("@Call func x(größe: U256) {}", notASolidityName("größe"), 14),
        ("@Deploy func x() {}; @Deploy func y() {}", "a contract has one constructor", 35),
        ("@Receive func x() {}; @Receive func y() {}", "a contract has one function that receives value", 37),
        ("@Fallback func x() {}; @Fallback func y() {}", "a contract has one fallback", 39),
    ]

    @Test(arguments: contracts)
    func contract(_ member: String, _ message: String, _ column: Int) {
        expectDiagnostics(of: "@Contract struct Token {\n\(member)\n}", [(message, 2, column)], withContract: true)
    }

    /// Macros do not know which conditions hold.
    @Test(arguments: ["Call", "Deploy", "Fallback", "Receive"]) func condition(_ macro: String) {
        let message =
            "@\(macro) is not seen inside '#if': put the condition inside the function, or around the whole contract"
        expectDiagnostics(
            of: "@Contract struct Token {\n#if A\n#elseif B\n#if C\n@\(macro) func x() {}\n#endif\n#endif\n}",
            [(message, 5, 1)], withContract: true)
    }

    @Test func storageUnderCondition() {
        let message =
            "@Storage is not seen inside '#if': put the condition inside the function, or around the whole contract"
        expectDiagnostics(
            of: "@Contract struct Token {\n#if A\n@Storage var x: U256\n#endif\n}", [(message, 3, 1)],
            withContract: true)
    }

    private static func notASolidityName(_ name: String) -> String {
        "'\(name)' is no name in Solidity: those have ASCII letters, digits, '_' and '$', and begin with no digit"
    }

    private static func notAnABIType(_ type: String) -> String {
        "'\(type)' is no type of call data; these are integers, U256, Bool, Address, FixedBytes, Bytes, Text, String and arrays"
            + " of them, under these names"
    }
}
