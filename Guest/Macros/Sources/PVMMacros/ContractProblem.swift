// What the macros of contracts refuse. All texts are here.

import SwiftDiagnostics
import SwiftSyntax

/// A mistake in a contract's declarations.
enum ContractProblem: DiagnosticMessage, Equatable {
    // MARK: the contract
    case notAContractType
    case genericContract
    case notInContract(macro: String)
    case indexedOutsideEvent
    case several(String)
    case underCondition(macro: String)
    case notASolidityName(String)
    case sameSelector(signature: String, other: String)
    case outsideFunction(macro: String)

    // MARK: functions
    case untypedThrows
    case notCallable(String)
    case deployWithResult
    case mutability(macro: String)
    case receiveWithParameters
    case defaultValue
    case fallbackWithValues

    // MARK: storage
    case storageNotAVariable
    case storageIsConstant
    case storageWithoutType
    case storageWithValue
    case storedOutsideStorage(name: String)

    // MARK: types, events and errors
    case notAnABIType(String)
    case notAnEventType
    case notAnErrorType
    case genericValues(macro: String)
    case fieldWithoutType
    case tooManyIndexed(count: Int, maximum: Int)
    case notAProtocol
    case requirement

    var message: String {
        switch self {
        case .notAContractType: "@Contract goes on a struct, an enum with static functions, or a final class"
        case .genericContract: "a contract can not be generic: the chain can not choose its types"
        case .notInContract(let macro): "@\(macro) goes on a member of a type with @Contract"
        case .indexedOutsideEvent: "@Indexed goes on a variable of a type with @Event"
        case .several(let what): "a contract has one \(what)"
        case .notASolidityName(let name):
            "'\(name)' is no name in Solidity: those have ASCII letters, digits, '_' and '$', and begin with no digit"
        case .underCondition(let macro):
            "@\(macro) is not seen inside '#if': put the condition inside the function, or around the whole contract"
        case .sameSelector(let signature, let other):
            "'\(signature)' has the selector of '\(other)'; rename one of them"
        case .outsideFunction(let macro): "@\(macro) goes on a function"
        case .untypedThrows: "say which error is thrown: 'throws(SomeError)', of a type with @ContractError"
        case .notCallable(let what): "the chain can not call \(what) function"
        case .deployWithResult: "a constructor has no result"
        case .mutability(let macro): "@\(macro) is .payable or .nonpayable"
        case .receiveWithParameters: "what receives value has neither parameters nor a result: there is no call data"
        case .defaultValue: "a default argument does not reach whoever calls"
        case .fallbackWithValues: "a fallback has no parameters, and no result or 'Bytes'"
        case .storageNotAVariable: "@Storage goes on a variable"
        case .storageIsConstant: "a variable in storage is a 'var'"
        case .storageWithoutType: "a variable in storage needs its type written out"
        case .storageWithValue: "a variable in storage begins as zero; give it a value in the function with @Deploy"
        case .storedOutsideStorage(let name):
            "'\(name)' is forgotten at the end of each call: put @Storage on it, or make it computed"
        case .notAnABIType(let type):
            "'\(type)' is no type of call data; these are integers, U256, Bool, Address, FixedBytes, Bytes, Text, String and"
                + " arrays of them, under these names"
        case .notAnEventType: "@Event goes on a struct"
        case .notAnErrorType: "@ContractError goes on a struct or an enum"
        case .genericValues(let macro): "a type with @\(macro) can not be generic"
        case .fieldWithoutType: "a value needs its type written out"
        case .tooManyIndexed(let count, let maximum): "\(count) indexed variables; an event has at most \(maximum)"
        case .notAProtocol: "@ContractInterface goes on a protocol"
        case .requirement: "a contract's interface has functions, and at most one 'init'"
        }
    }

    var severity: DiagnosticSeverity { .error }

    var diagnosticID: MessageID {
        let text = "\(self)"
        return MessageID(domain: "PVMMacros", id: String(text.prefix { $0 != "(" }))
    }
}

extension Diagnostic {
    init(_ problem: ContractProblem, at node: some SyntaxProtocol, _ fixIts: FixIt...) {
        self.init(node: node, message: problem, fixIts: fixIts)
    }
}
