// `pvm new`: a project that builds and runs at once.

import ArgumentParser
import PolkaBuild
import SystemPackage

struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a project folder.",
        discussion: "The project builds, runs and can be opened in an editor at once.")

    @Argument(help: ArgumentHelp("The folder to make; its last part is the project's name.", valueName: "name"))
    var name: String

    @Option(help: "What to begin with.")
    var template: TemplateChoice = .contract

    @Option(help: "The language of the project.")
    var language: LanguageChoice = .swift

    enum TemplateChoice: String, ExpressibleByArgument, CaseIterable { case program, contract, service, library }
    enum LanguageChoice: String, ExpressibleByArgument, CaseIterable { case swift, c }

    func run() async throws {
        guard let kind = Template.Kind(rawValue: template.rawValue),
            let language = Template.Language(rawValue: language.rawValue)
        else { preconditionFailure("the choices of the command are those of Template") }
        let installation = try Installation.locate()
        let chosen = Template(kind, language)
        guard chosen.isAvailable(in: installation) else {
            let available = Template.Kind.allCases.filter { Template($0, language).isAvailable(in: installation) }
            throw CommandError(
                "template '\(kind.rawValue)' is not available yet; there are"
                    + " \(available.map(\.rawValue).joined(separator: " and "))")
        }
        let sdk = try await GuestSDK.locate(installation) { Terminal.note($0) }
        let files = try chosen.instantiate(at: FilePath(name), installation)
        // So that an editor knows the compilers' flags before the first build.
        let options = BuildOptions(optimization: .speed, colorDiagnostics: false)
        try Builder(installation, sdk, Toolchain(), options) { _ in }
            .writeCompilationDatabase(of: try Project(folder: FilePath(name)))
        prepareEditors(sdk)
        Terminal.print("\(name): a \(kind.rawValue) in \(language == .swift ? "Swift" : "C")")
        for file in files { Terminal.print("  \(file)") }
        let call =
            switch kind {
            case .program: "pvm run . fibonacci 90"
            case .library: "pvm run . distance 3 4"
            case .contract: "pvm test"
            case .service: "pvm test && pvm run . refine --host jam"
            }
        Terminal.print("next: cd \(name) && pvm build && \(call)")
    }

    /// Lets SourceKit-LSP find the SDK that the project's `.sourcekit-lsp/config.json` names.
    ///
    /// A project does without, so a home folder that can not be written is no reason to fail.
    private func prepareEditors(_ sdk: GuestSDK) {
        guard !sdk.isInstalled else { return }
        do {
            try sdk.install()
            Terminal.note(
                "installed the Swift SDK '\(GuestSDK.name)', for editors and 'swift build'; 'pvm sdk remove' undoes that"
            )
        } catch {
            Terminal.note("warning: editors will not find the guest SDK: \(error)")
        }
    }
}
