// Numbers of 256 bits in contracts, against Python's (Vectors/make-vectors.py).

import PolkaABI
import PolkaRevive
import Testing

@Suite struct NumberTests {
    private static let names = [
        "add", "sub", "mul", "div", "mod", "mulDiv", "sqrt", "wrappingAdd", "wrappingSub", "wrappingMul", "shiftLeft",
        "shiftRight", "less", "lessSigned",
    ]

    private static let bodies = """
        #include "echo_abi.h"
        #define F(name, value) u256 echo_##name(const u256 *a, const u256 *b, const u256 *c) { (void)a, (void)b, (void)c; return value; }
        F(add, u256_add(a, b))
        F(sub, u256_sub(a, b))
        F(mul, u256_mul(a, b))
        F(div, u256_div(a, b))
        F(mod, u256_mod(a, b))
        F(mul_div, u256_mul_div(a, b, c))
        F(sqrt, u256_sqrt(a))
        F(wrapping_add, u256_wrapping_add(a, b))
        F(wrapping_sub, u256_wrapping_sub(a, b))
        F(wrapping_mul, u256_wrapping_mul(a, b))
        F(shift_left, u256_shift_left(a, (unsigned)u256_mod(b, U256(300)).limbs[0]))
        F(shift_right, u256_shift_right(a, (unsigned)u256_mod(b, U256(300)).limbs[0]))
        F(less, u256_from(u256_less(a, b)))
        F(less_signed, u256_from(u256_less_signed(a, b)))
        """

    @Test func numbersAreThoseOfPython() async throws {
        let interface = Self.names.map { "function \($0)(uint256 a, uint256 b, uint256 c) pure returns (uint256)" }
        let code = try await Contract.build(interface.joined(separator: "\n")) { _ in Self.bodies }
        let (chain, address) = try Contract.deploy(code)
        let abi = try ContractABI(lines: interface.joined(separator: "\n"))
        let lines = try vectors("ContractCodeTests/Vectors/numbers")
        #expect(lines.count > 1000)
        for line in lines {
            let function = try abi.function(line[0])
            let arguments = try ABIValue.values(Array(line[1...3]), as: function.inputs)
            let outcome = try chain.call(
                Transaction(from: alice, target: .call(address), input: function.callData(arguments)))
            if line[4].hasPrefix("panic ") {
                #expect(RevertReason(outcome.output) == .panic(U256(line[4].dropFirst(6)) ?? .zero), "\(line)")
            } else {
                #expect(outcome.output == U256(line[4])?.bigEndianBytes, "\(line)")
            }
        }
    }
}
