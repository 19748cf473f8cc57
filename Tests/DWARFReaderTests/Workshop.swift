// Compiles and links guests with debug information, and asks the toolchain's symbolizer about them.

import Foundation
import RISCVELF

/// A tool that is missing or failed; the text says what to do about it.
struct ToolFailure: Error, CustomStringConvertible {
    let description: String
}

/// A temporary folder with the tools to fill it; it goes away with the value.
final class Workshop {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("dwarfreader-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func toolchain(_ name: String) -> String { package.appendingPathComponent("toolchain/\(name)").path }

    /// The bytes of the object that the compiler makes of a source file, by the ending of its name.
    func compile(_ source: String, _ name: String, _ flags: [String] = []) throws -> [UInt8] {
        try Data(source.utf8).write(to: folder.appendingPathComponent(name))
        let isSwift = name.hasSuffix(".swift")
        // A fixed folder in the debug information, whatever the temporary one is called.
        let map = [isSwift ? "-file-prefix-map" : "-ffile-prefix-map=\(folder.path)=/src"]
        try run(
            isSwift ? "swiftc" : "clang",
            ["@" + Self.toolchain(isSwift ? "swiftc.rsp" : "clang.rsp")] + map
                + (isSwift ? ["\(folder.path)=/src"] : [])
                + flags + ["-c", name, "-o", "\(name).o"])
        return try read("\(name).o")
    }

    /// Links objects as `pvm build` does, or with other options than its script.
    func link(_ names: [String], _ flags: [String]? = nil) throws -> [UInt8] {
        let script = Self.package.appendingPathComponent("Guest/guest.ld").path
        let flags = flags ?? ["@" + Self.toolchain("lld.rsp"), "-T", script]
        try run("ld.lld", flags + names.map { "\($0).o" } + ["-o", "guest.elf"])
        return try read("guest.elf")
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// Runs a tool in the folder and returns what it printed.
    @discardableResult
    func run(_ tool: String, _ arguments: [String], input: String = "") throws -> [UInt8] {
        let process = Process()
        process.executableURL = try Self.find(tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Files: a pipe would fill up while nobody reads.
        let (given, output, errors) = (
            folder.appendingPathComponent("stdin"), folder.appendingPathComponent("stdout"),
            folder.appendingPathComponent("stderr")
        )
        try Data(input.utf8).write(to: given)
        for file in [output, errors] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw ToolFailure(description: "\(tool) ended with status \(process.terminationStatus): \(text)")
        }
        return [UInt8](try Data(contentsOf: output))
    }

    /// The tool of the Swift toolchain, which lies beside `swift`.
    private static func find(_ tool: String) throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            let swift = URL(fileURLWithPath: String(folder)).appendingPathComponent("swift").resolvingSymlinksInPath()
            let candidate = swift.deletingLastPathComponent().appendingPathComponent(tool)
            if FileManager.default.isExecutableFile(atPath: swift.path),
                FileManager.default.isExecutableFile(atPath: candidate.path)
            {
                return candidate
            }
        }
        throw ToolFailure(
            description: "\(tool) not found beside swift: install the Swift 6.3 toolchain and put its usr/bin on PATH")
    }
}

/// Programs with functions inlined into each other.
enum Sample {
    static let c = """
        struct node { struct node *next; int value; };
        static inline int third(struct node *n) { return n->next->value; }
        static inline int second(struct node *n, int count) {
            int sum = 0;
            for (int i = 0; i < count; i++) {
                sum += third(n) * i;
                n = n->next;
            }
            return sum;
        }
        __attribute__((noinline)) int first(struct node *n) { return second(n, 5) + 1; }
        int unused(struct node *n) { return first(n) * 3; }
        int pvm_start(struct node *n) {
            {
                int square = first(n);
                return square + second(n, square);
            }
        }
        """

    static let swift = """
        struct Stack<Element> {
            var items: [Element] = []
            mutating func push(_ item: Element) { items.append(item) }
            mutating func pop() -> Element? { items.popLast() }
        }
        enum Shape {
            case circle(Int), square(Int, Int)
            var area: Int {
                switch self {
                case .circle(let radius): return 3 * radius * radius
                case .square(let a, let b): return a * b
                }
            }
        }
        @_cdecl("pvm_start") public func start(_ count: Int) -> Int {
            var stack = Stack<Shape>()
            for index in 0..<count { stack.push(index % 2 == 0 ? .circle(index) : .square(index, index + 1)) }
            var sum = 0
            while let shape = stack.pop() { sum += shape.area }
            let sorted = [3, 1, 2].map { $0 * count }.sorted(by: >)
            return sum + third(of: sorted, 2)
        }
        func third(of numbers: [Int], _ index: Int) -> Int {
            let text = numbers.map(String.init).joined(separator: ",")
            return text.utf8.count + numbers[index]
        }
        """
}
