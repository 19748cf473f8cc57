// The reader of READMEs and the comparison, before anything relies on them.

import Testing

@Suite struct ConsoleBlockTests {
    private func commands(_ text: String) throws -> [ConsoleCommand] { try ConsoleCommand.all(in: text) }

    @Test func commandsAndTheirOutput() throws {
        let text = """
            # Title

            ```console
            $ pvm run . fibonacci 90
            2880067194370816120
            $ true
            $ pvm run .
            one

            two

            [exit 2]
            ```
            """
        #expect(
            try commands(text) == [
                ConsoleCommand(line: 4, command: "pvm run . fibonacci 90", output: ["2880067194370816120"]),
                ConsoleCommand(line: 6, command: "true"),
                ConsoleCommand(line: 7, command: "pvm run .", output: ["one", "", "two"], exitStatus: 2),
            ])
    }

    @Test func otherBlocksArePassedOver() throws {
        let text = """
            ```sh
            $ rm -rf /
            ```
            ````text
            ```console
            $ false
            ```
            ````
            ```` `console` ```` is a word, and $ no command.
            ~~~ console
            $ true
            ```
            ~~~
            """
        #expect(try commands(text) == [ConsoleCommand(line: 11, command: "true", output: ["```"])])
    }

    @Test func blocksInListsAreIndented() throws {
        let text = """
            1. First:
               ```console
               $ cat tree
               a
                 b
               ```
            """
        #expect(try commands(text) == [ConsoleCommand(line: 3, command: "cat tree", output: ["a", "  b"])])
    }

    @Test func mistakesHaveLines() {
        #expect(throws: ConsoleBlockError(line: 2, message: "this block has no end")) {
            try commands("\n```console\n$ true\n")
        }
        #expect(throws: ConsoleBlockError(line: 1, message: "a console block without a line '$ COMMAND'")) {
            try commands("```console\n```\n")
        }
        let noCommand = "found 'hello' where a console block begins; expected '$ COMMAND'"
        #expect(throws: ConsoleBlockError(line: 2, message: noCommand)) { try commands("```console\nhello\n```\n") }
        let noStatus = "found '[exit 0]'; expected '[exit N]', N from 1 to 255"
        #expect(throws: ConsoleBlockError(line: 4, message: noStatus)) {
            try commands("```console\n$ true\nhello\n[exit 0]\n```\n")
        }
    }
}

extension ConsoleBlockTests {
    @Test(arguments: [
        ("pvm test", ["."]),
        ("pvm test c && pvm test ../swift", ["c", "../swift"]),
        ("pvm test --filter sum", ["."]),
        ("pvm test 2>&1 | tail -n 1", ["."]),
        ("pvm run . test", []),
        ("echo test", []),
    ])
    func foldersTested(_ command: String, _ folders: [String]) {
        #expect(ConsoleCommand(line: 1, command: command).foldersTested == folders)
    }

    @Test func foldersAreNamedFromTheTop() {
        #expect(Examples.resolved(".", in: "token/c") == "token/c")
        #expect(Examples.resolved("../swift", in: "token/c") == "token/swift")
        #expect(Examples.resolved("chess", in: "") == "chess")
    }
}

@Suite struct OutputPatternTests {
    @Test(arguments: [
        (["a", "b"], ["a", "b"]),
        ([], []),
        (["a"], ["a", "", ""]),
        (["ok  … gas  …"], ["ok  12 gas  3 µs / 4 µs"]),
        (["a…"], ["a"]),
        (["…ab…b"], ["abab bab"]),
        (["…"], []),
        (["…"], ["a", "b"]),
        (["a", "…", "c", "…", "e"], ["a", "b", "c", "c", "d", "e"]),
        (["…", "c", "d"], ["c", "c", "d"]),
    ])
    func fits(_ expected: [String], _ found: [String]) {
        #expect(OutputDifference(expected: expected, found: found) == nil)
    }

    @Test func saysWhere() {
        func difference(_ expected: [String], _ found: [String]) -> [String?] {
            OutputDifference(expected: expected, found: found).map { [$0.expected, $0.found] } ?? []
        }
        #expect(difference(["a", "b"], ["a", "c"]) == ["b", "c"])
        #expect(difference(["a", "b"], ["a"]) == ["b", nil])
        #expect(difference(["a"], ["a", "b"]) == [nil, "b"])
        #expect(difference([], ["b"]) == [nil, "b"])
        #expect(difference(["… gas"], ["12 gass"]) == ["… gas", "12 gass"])
        #expect(difference(["a", "…", "b", "c"], ["a", "x", "b", "d"]) == ["c", "d"])
        #expect(difference([" a"], ["a"]) == [" a", "a"])
    }

    @Test func problemsAreTold() {
        var command = ConsoleCommand(line: 7, command: "pvm run .", output: ["a", "b"])
        #expect(command.problem(printed: ["a", "b"], status: 0) == nil)
        #expect(
            command.problem(printed: ["a", "c"], status: 2) == """
                ended with status 2, expected 0
                line 9 of the README, line 2 of the output:
                  expected: 'b'
                  found:    'c'
                all that was printed:
                  | a
                  | c
                """)
        command.exitStatus = 2
        #expect(command.problem(printed: ["a", "b"], status: 2) == nil)
    }
}
