// Small programs in text that scripts can not stand for.

import PolkaAsm
import PolkaBlob

@testable import PolkaRevive

enum Program {
    static func assembled(_ text: String) throws -> [UInt8] {
        try Assembler.assemble("%isa = revive_v1\n%stack_size = 4096\n" + text).serialized()
    }

    static func importing(_ name: String) throws -> [UInt8] {
        try assembled("%import 0 = '\(name)'\npub @call: %no_fallthrough\n%export 1 = 'deploy'\necalli 0\nret\n")
    }

    static var withoutDeploy: [UInt8] {
        get throws { try assembled("pub @call: %no_fallthrough\nret\n") }
    }
}
