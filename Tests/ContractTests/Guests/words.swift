// A contract whose names are those that generated code might use, or keywords.

import Revive

@Event struct Told {
    @Indexed let body: U256
    let `in`: Text
}

@ContractError struct Refused {
    let body: U256
    let `default`: Text
}

@ContractError enum Wrong {
    case body(body: U256, in: Text)
    case `default`(_ for: Text, U256)
}

@Contract struct Words {
    @Storage var total: U256

    @Deploy func deploy(deployment: U256, in text: Text) { total = deployment }

    @Call func reference() -> U256 { total }
    @Call func revert(reference: U256) { total = reference }
    @Call func `repeat`(in: Text, _ `default`: U256, while result: Text) -> (in: Text, default: U256) {
        emit(Told(body: `default`, in: `in`))
        return (result, `default` + total)
    }
    @Call func refuse(body: U256, for: Text) throws(Wrong) {
        if body == 1 { throw .body(body: body, in: `for`) }
        if body == 2 { throw .default(`for`, body) }
        Revive.revert(Refused(body: body, default: `for`))
    }
    @Call func result(reader: U256, input: Text, contract: U256) -> U256 { reader + contract }

    /// Its own client makes and calls another one.
    @Call func copy(reference: Bytes32, deployment: U256) -> U256 {
        let other = WordsClient.deploy(Deployment(codeHash: reference), deployment: deployment, in: "text")
        other.revert(reference: other.reference() + 1)
        return other.repeat(in: "a", 2, while: "b").default
    }
}
