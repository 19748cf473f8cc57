// Every command in every README of the examples does what is written there, and the tests of every guest are among them.

import PolkaBuild
import SystemPackage
import Testing

// One after the other: commands build in the examples' own folders, some READMEs in one that another builds in too, and
// SwiftPM lets only one run work on the hosts.
@Suite(.serialized) struct ExampleTests {
    @Test(arguments: try Examples.all().readmes)
    func readme(_ readme: Readme) async throws {
        let workspace = try ExampleWorkspace()
        let commands = try readme.commands()
        if commands.contains(where: { $0.command.contains("pkg-config") }) { try await workspace.installLibrary() }
        for command in commands {
            let (output, status) = try await workspace.shell.run(
                command.command, in: readme.path.removingLastComponent())
            guard let problem = command.problem(printed: output.lines, status: status) else { continue }
            Issue.record("\(readme):\(command.line): $ \(command.command)\n\(problem)")
        }
    }

    /// `pvm test` of every guest, which runs its tests on all backends, stands in a README.
    @Test func everyGuestIsTested() throws {
        let (readmes, guests) = try Examples.all()
        var tested: Set<String> = []
        for readme in readmes {
            for command in try readme.commands() {
                tested.formUnion(command.foldersTested.map { Examples.resolved($0, in: readme.folder) })
            }
        }
        // What has to be fetched first is tested where it is played (Examples/doom-host/Tests).
        for guest in guests where !Files.exists(Examples.folder.appending(guest).appending("fetch")) {
            #expect(tested.contains(guest), "Examples/\(guest): no README has a command 'pvm test' of this guest")
        }
    }
}
