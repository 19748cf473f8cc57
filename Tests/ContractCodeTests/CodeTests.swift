// Texts of generated code: names, and what is refused.

import ContractCode
import PolkaABI
import Testing

@Suite struct CodeTests {
    private func problem(_ text: String, file: String = "a.abi") -> String? {
        do {
            _ = try ContractCode(text, file: file)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func namesAreThoseOfC() throws {
        let code = try ContractCode(
            """
            contract MyToken
            function balanceOf(address default, uint8 u256, bool) view returns (uint256)
            function DOMAIN_SEPARATOR() view returns (bytes32)
            function get(uint8 a)
            function get(int256 a, (bool x, bool y) b)
            error ERC20BadHTTPRequest(uint256 u256)
            """, file: "x.abi")
        for line in [
            "u256 my_token_balance_of(const address *default_value, uint8_t u256_value, bool argument3);",
            "bytes32 my_token_domain_separator(void);", "void my_token_get_uint8(uint8_t a);",
            "void my_token_get_int256_get_b(const u256 *a, const my_token_get_b *b);",
            "#define MY_TOKEN_BALANCE_OF", "my_token_revert_erc20_bad_http_request(const u256 *u256_value)",
            "#include <pvm_contract.h>", "#ifndef X_ABI_H",
        ] {
            #expect(code.header.contains(line), "\(line)\n\(code.header)")
        }
        #expect(code.source?.contains("\"function get(int256 a, (bool x, bool y) b)\\n\"") == true)
    }

    @Test func interfacesHaveNoSource() throws {
        #expect(try ContractCode("interface erc20\nfunction f()", file: "x.abi").source == nil)
        let json = try ContractCode(
            "[{\"type\": \"function\", \"name\": \"f\", \"stateMutability\": \"view\"}]", file: "weth.abi")
        #expect(json.source == nil)
        #expect(json.header.contains("void weth_call_f(const address *contract_)"))
        #expect(json.header.contains("REVIVE_CALL_READ_ONLY"))
        #expect(try ContractCode("function f()", file: "pay-me.abi").header.contains("void pay_me_f(void);"))
    }

    @Test func theOrderIsThatOfTheText() throws {
        let header = try ContractCode("function z()\nfunction a()", file: "x.abi").header
        let z = try #require(header.firstRange(of: "void x_z(void);")),
            a = try #require(header.firstRange(of: "void x_a(void);"))
        #expect(z.lowerBound < a.lowerBound)
    }

    @Test func mistakesAreNamed() {
        #expect(problem("function f(uint7 a)")?.hasPrefix("1:12: ") == true)
        #expect(
            problem("function fooBar()\nfunction foo_bar()")
                == "expected names that differ in C, found 'foo_bar()' and 'fooBar()', which both are a_foo_bar; rename one"
        )
        #expect(problem("function receive()")?.contains("another name") == true)
        #expect(problem("[{]")?.hasPrefix("1:3: ") == true)
    }
}
