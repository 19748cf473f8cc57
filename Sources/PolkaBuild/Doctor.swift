// What building needs, and whether it is there.

import SystemPackage

/// A thing that was looked at.
package struct Finding: Sendable {
    package enum Verdict: Sendable { case good, missing, degraded }

    package let what: String
    package let verdict: Verdict
    /// Where it is, or why it does not do.
    package let detail: String
    /// The command or change that mends it; empty if nothing is to be mended.
    package let remedy: String
}

/// Looks at the machine.
package struct Doctor: Sendable {
    let toolchain: Toolchain

    package init(_ toolchain: Toolchain) { self.toolchain = toolchain }

    /// Everything that building and running needs, in the order in which to mend it.
    package func findings() async -> [Finding] {
        var findings: [Finding] = []
        for tool in Tool.allCases { findings.append(await look(at: tool)) }
        let installation = try? Installation.locate()
        findings.append(guestSDK(installation))
        findings.append(await guestTarget(installation))
        findings.append(swiftSDK(installation))
        findings.append(cache())
        return findings
    }

    private static let toolchainRemedy =
        "install the Swift 6.3 toolchain for this system and put its usr/bin into PATH (or set PVM_TOOLCHAIN to it)"

    private func look(at tool: Tool) async -> Finding {
        let absent = tool.isOptional ? Finding.Verdict.degraded : .missing
        guard let path = toolchain.path(of: tool) else {
            return Finding(
                what: tool.rawValue, verdict: absent, detail: "not found; it \(tool.purpose)",
                remedy: Self.toolchainRemedy)
        }
        let output = try? await toolchain.output(of: tool, ["--version"])
        guard let output, output.succeeded else {
            return Finding(
                what: tool.rawValue, verdict: absent, detail: "\(path) does not run", remedy: Self.toolchainRemedy)
        }
        // llvm-ar says its version in its second line.
        let lines = (output.standardOutput + output.standardError).split(separator: "\n")
        let version = lines.first { $0.contains("version") } ?? lines.first ?? ""
        let trimmed = String(version.drop { $0 == " " }.prefix(60))
        return Finding(what: tool.rawValue, verdict: .good, detail: "\(path) (\(trimmed))", remedy: "")
    }

    private func guestSDK(_ installation: Installation?) -> Finding {
        guard let installation else {
            return Finding(
                what: "guest SDK", verdict: .missing, detail: "the folders Guest and toolchain are not beside the tool",
                remedy: "set PVM_HOME to the folder that has them, or 'make install' again")
        }
        guard let sdk = GuestSDK.find(installation) else {
            return Finding(
                what: "guest SDK", verdict: .degraded, detail: "not made yet: the first build does it",
                remedy: GuestSDK.command(installation))
        }
        return Finding(what: "guest SDK", verdict: .good, detail: sdk.bundle.string, remedy: "")
    }

    /// What editors and `swift build` use.
    private func swiftSDK(_ installation: Installation?) -> Finding {
        let what = "Swift SDK '\(GuestSDK.name)'"
        if installation.flatMap(GuestSDK.find)?.isInstalled ?? false {
            return Finding(what: what, verdict: .good, detail: "known to swift build and editors", remedy: "")
        }
        return Finding(
            what: what, verdict: .degraded,
            detail: "not installed: editors do not understand guests in Swift; 'pvm build' does without",
            remedy: "pvm sdk install")
    }

    /// Compiles an empty file: an old clang does not know the target.
    private func guestTarget(_ installation: Installation?) async -> Finding {
        let what = "rv64emac target"
        guard let installation, toolchain.path(of: .clang) != nil else {
            return Finding(
                what: what, verdict: .missing, detail: "not checked: clang or the SDK is missing", remedy: "")
        }
        let arguments = ["@\(installation.options(of: "clang"))", "-x", "c", "-fsyntax-only", "/dev/null"]
        let output = try? await toolchain.output(of: .clang, arguments)
        guard let output, output.succeeded else {
            let reason = output?.standardError.split(separator: "\n").first.map(String.init) ?? "it does not run"
            return Finding(
                what: what, verdict: .missing, detail: "clang refuses it: \(reason)",
                remedy: "clang 18 or newer is needed; \(Self.toolchainRemedy)")
        }
        return Finding(what: what, verdict: .good, detail: "clang knows it", remedy: "")
    }

    private func cache() -> Finding {
        let path = Installation.cache
        do {
            try Files.makeFolder(path)
            guard Files.isWritable(path) else { throw Errno.permissionDenied }
            return Finding(what: "cache", verdict: .good, detail: path.string, remedy: "")
        } catch {
            return Finding(
                what: "cache", verdict: .missing, detail: "\(path) can not be written",
                remedy: "set PVM_CACHE to a folder that can be written")
        }
    }
}
