// What `pvm run --host jam` takes besides what all runs take.

import ArgumentParser

/// The chain and the work of a service.
struct JAMOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The work of a service, for --host jam: a package with its items, inputs, an authorizer.",
            valueName: "file.json"))
    var work: String?

    @Option(help: ArgumentHelp("The service that runs, for --host jam.", valueName: "id"))
    var service: UInt32 = 65_536

    @Option(
        help: ArgumentHelp("Refine this item of the work only, for --host jam; the first is 0.", valueName: "index"))
    var item: Int?

    @Option(help: ArgumentHelp("The block's time slot, in place of the state's, for --host jam.", valueName: "number"))
    var timeSlot: UInt32?
}
