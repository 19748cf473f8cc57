// What a line to a chain at home may say besides what is to be done.

import ArgumentParser

/// Options of `pvm run --host revive`, and of the lines of a script.
struct ChainOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Contracts: who sends the transaction, alice to judy or any address; by default alice.",
            valueName: "account"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "Contracts: what goes along, such as 100, 1e18 or 1.5ether.", valueName: "amount"))
    var value: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Contracts: what the deployed contract is to be called; by default as the program.", valueName: "name"))
    var label: String?

    @Option(
        help: ArgumentHelp(
            "Contracts: decides the address of the deployed contract, 32 bytes in hex, or a text.", valueName: "salt"))
    var salt: String?
}

/// A line of a script: words, and the same options.
struct ChainLine: ParsableArguments {
    @OptionGroup var options: ChainOptions

    @Option var gas: UInt64?

    @Argument(parsing: .allUnrecognized) var words: [String] = []
}
