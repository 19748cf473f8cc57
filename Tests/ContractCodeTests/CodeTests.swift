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

    /// Parameters are not called like types, nor contracts like headers; what makes a contract has its name.
    @Test func namesThatAreTaken() throws {
        let header = try ContractCode(
            "struct Order { bool a; }\nfunction f(uint8 uint8_t, Order a_order, Order b, bool memcpy, bool u256_add)"
                + "\nfunction create(address to, uint256 amount)\nconstructor(bool a)", file: "a.abi"
        ).header
        for line in [
            "void a_f(uint8_t uint8_t_value, const a_order *a_order_value, const a_order *b, bool memcpy_value, bool u256_add_value);",
            "void a_create_address_uint256(const address *to, const u256 *amount);",
            "PVM_CALLER_ address a_create(const bytes32 *code_, bool a) {",
        ] { #expect(header.contains(line), "\(line)\n\(header)") }
        #expect(try ContractCode("function add()", file: "u256.abi").header.contains("void contract_u256_add(void);"))
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
                == "2:1: expected names that differ in C, found 'foo_bar()' and 'fooBar()', which both are a_foo_bar; rename one"
        )
        #expect(problem("function receive()")?.contains("another name") == true)
        // What is put before names makes some of them the same.
        for (text, message) in [
            (
                "function get()\nfunction callGet()",
                "2:1: expected names that differ in C, found 'callGet()' and 'get()'"
            ),
            (
                "constructor()\nfunction create()",
                "2:1: expected names that differ in C, found 'create()' and what makes"
            ),
            ("function errorFull()\nerror Full()", "which both are a_error_full; rename one"),
            ("function emitTold()\nevent Told()", "which both are a_emit_told; rename one"),
            ("function two() returns (bool, bool)\nfunction twoResult()", "which both are a_two_result; rename one"),
            ("struct Order { bool a; }\nfunction order(Order o)", "which both are a_order; rename one"),
        ] {
            #expect(problem(text)?.contains(message) == true, "\(text): \(problem(text) ?? "nothing")")
        }
        #expect(problem("interface a\nfunction get()\nfunction create()") == nil)
        #expect(problem("[{]")?.hasPrefix("1:3: ") == true)
    }
}
