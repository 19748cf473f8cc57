// What the macros of contracts expand to. Selectors and topics are those of ERC-20 as everybody knows them: transfer(address,uint256) is
// a9059cbb, the topic of Transfer(address,address,uint256) ddf252ad….

import Testing

@Suite struct ContractTests {
    @Test func storage() {
        expectExpansion(
            of: """
                struct Token {
                    @_StorageSlot(3) var supply: U256
                    @_StorageSlot(4) var balances: Map<Address, U256>
                }
                """,
            """
            struct Token {
                var supply: U256 {
                    get {
                        Stored<U256>(slot: Slot(3)).value
                    }
                    nonmutating set {
                        Stored<U256>(slot: Slot(3)).value = newValue
                    }
                    nonmutating _modify {
                        let place = Stored<U256>(slot: Slot(3))
                        var value = place.value
                        yield &value
                        place.value = value
                    }
                }
                var balances: Map<Address, U256> {
                    get {
                        Map<Address, U256>(slot: Slot(4))
                    }
                }
            }
            """)
    }

    @Test func event() {
        expectExpansion(
            of: """
                @Event struct Transfer {
                    @Indexed let from: Address
                    @Indexed let to: Address
                    let value: U256
                }
                """,
            """
            struct Transfer {
                let from: Address
                let to: Address
                let value: U256

                private enum __PVMEvent {
                    @section(".pvm.abi") @used
                    static let abi: InlineArray<72, UInt8> = \(bytes(
                        "event Transfer(address indexed from, address indexed to, uint256 value)\n"))
                }
            }

            extension Transfer: Event {
                @inline(__always)
                func abiEncode<Result>(
                    _ __pvm_body: (UnsafeRawPointer, Int, UnsafeRawPointer, Int) -> Result
                ) -> Result {
                    withABIEvent(
                        topics: 3, words: 1, tail: nil,
                        {
                            $0.write(topic: 0x9bc8e21bad52f2dd, 0xaa8d37fc68b0c269, 0x16a1c463f1a72b95, 0xefb323f54d5af528);
                            $0.write(topic: from);
                            $0.write(topic: to)
                        },
                        {
                            $0.write(value)
                        }, then: __pvm_body)
                }
            }
            """)
    }

    @Test func errors() {
        expectExpansion(
            of: """
                @ContractError enum Refusal {
                    case tooLate
                    case notYours(owner: Address, reason: Text)
                }
                """,
            """
            enum Refusal {
                case tooLate
                case notYours(owner: Address, reason: Text)

                private enum __PVMError {
                    @section(".pvm.abi") @used
                    static let abi: InlineArray<61, UInt8> = \(bytes(
                        "error TooLate()\nerror NotYours(address owner, string reason)\n"))
                }
            }

            extension Refusal: ContractError {
                func abiEncode<Result>(_ __pvm_body: (UnsafeRawPointer, Int) -> Result) -> Result {
                    switch self {
                    case .tooLate:
                        return withABICall(0xecdd1c29, words: 0, tail: nil) { _ in
                        } then: {
                            __pvm_body($0, $1)
                        }
                    case .notYours(let owner, let reason):
                        return withABICall(0x77504a09, words: 2, tail: reason.abiTailSize) {
                            $0.write(owner);
                            $0.write(reason)
                        } then: {
                            __pvm_body($0, $1)
                        }
                    }
                }
            }
            """)
    }

    private func bytes(_ text: String) -> String { "[" + text.utf8.map { "\($0)" }.joined(separator: ", ") + "]" }
}
