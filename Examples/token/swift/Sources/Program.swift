// Makes the calls that standard input has, one a line, and prints the answers: the whole life of a contract in one run.

import PVM

@Export func main() -> Int32 {
    while let line = Console.readLine() {
        let words = line.utf8.split(separator: UInt8(ascii: " "))
        if !words.isEmpty { print(Call(words).map { $0.answer() } ?? "error: no such call") }
    }
    return 0
}

/// A call; one that changes something begins with the account that makes it.
private enum Call {
    case deploy(Account)
    case mint(Account, to: Account, Amount)
    case transfer(Account, to: Account, Amount)
    case approve(Account, for: Account, Amount)
    case transferFrom(Account, from: Account, to: Account, Amount)
    case totalSupply
    case balance(of: Account)
    case allowance(of: Account, for: Account)

    init?(_ words: [Substring.UTF8View]) {
        // A number that can not be read is nil, and so is a word that is not there.
        func account(_ index: Int) -> Account? { index < words.count ? number(words[index]) : nil }
        var value: Amount? { words.last.flatMap { number($0) } }
        func has(_ count: Int, _ name: StaticString, at index: Int) -> Bool {
            words.count == count && words[index].elementsEqual(name.bytes)
        }
        if has(1, "total_supply", at: 0) {
            self = .totalSupply
        } else if has(2, "balance_of", at: 0), let holder = account(1) {
            self = .balance(of: holder)
        } else if has(3, "allowance", at: 0), let holder = account(1), let spender = account(2) {
            self = .allowance(of: holder, for: spender)
        } else if has(2, "deploy", at: 1), let caller = account(0) {
            self = .deploy(caller)
        } else if has(4, "mint", at: 1), let caller = account(0), let receiver = account(2), let value {
            self = .mint(caller, to: receiver, value)
        } else if has(4, "transfer", at: 1), let caller = account(0), let receiver = account(2), let value {
            self = .transfer(caller, to: receiver, value)
        } else if has(4, "approve", at: 1), let caller = account(0), let spender = account(2), let value {
            self = .approve(caller, for: spender, value)
        } else if has(5, "transfer_from", at: 1), let caller = account(0), let holder = account(2),
            let receiver = account(3), let value
        {
            self = .transferFrom(caller, from: holder, to: receiver, value)
        } else {
            return nil
        }
    }

    /// Makes the call.
    func answer() -> String {
        switch self {
        case .deploy(let caller): token.deploy(by: caller).text
        case .mint(let caller, let receiver, let value): token.mint(by: caller, to: receiver, value).text
        case .transfer(let caller, let receiver, let value): token.transfer(from: caller, to: receiver, value).text
        case .approve(let caller, let spender, let value): token.approve(by: caller, for: spender, value).text
        case .transferFrom(let caller, let holder, let receiver, let value):
            token.transfer(by: caller, from: holder, to: receiver, value).text
        case .totalSupply: token.totalSupply.description
        case .balance(let holder): token.balance(of: holder).description
        case .allowance(let holder, let spender): token.allowance(of: holder, for: spender).description
        }
    }
}

extension Status {
    fileprivate var text: String {
        switch self {
        case .done: "done"
        case .insufficientBalance: "error: insufficient balance"
        case .insufficientAllowance: "error: insufficient allowance"
        case .notTheOwner: "error: not the owner"
        case .supplyTooLarge: "error: supply too large"
        case .alreadyDeployed: "error: already deployed"
        }
    }
}

/// A number in decimal without a sign.
private func number<Number: FixedWidthInteger>(_ text: Substring.UTF8View) -> Number? {
    var number: Number = 0
    for byte in text {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
        let (sum, isLarger) = tens.addingReportingOverflow(Number(byte - UInt8(ascii: "0")))
        if isTooLarge || isLarger { return nil }
        number = sum
    }
    return number
}

extension StaticString {
    fileprivate var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
