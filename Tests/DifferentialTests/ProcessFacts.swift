// What the system and the C library say that this process uses, for tests that count it.

#if canImport(Glibc)

import Glibc

enum ProcessFacts {
    /// Mappings, of which the system allows a process `vm.max_map_count`.
    static var mappingCount: Int { lines(of: "/proc/self/maps").count }

    /// Mappings that the system allows.
    static var mappingLimit: Int {
        lines(of: "/proc/sys/vm/max_map_count").first.flatMap { Int($0) } ?? 65_530
    }

    /// Open files.
    static var fileCount: Int {
        guard let folder = opendir("/proc/self/fd") else { return -1 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Itself, its parent, and the folder that is being read.
        return count - 3
    }

    /// Bytes of memory that the process really has, and of the tables that say where.
    static var residentByteCount: Int { status("VmRSS") + status("VmPTE") }

    private static func status(_ name: String) -> Int {
        let line = lines(of: "/proc/self/status").first { $0.hasPrefix(name + ":") } ?? ""
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first.map { $0 << 10 }
            ?? -1
    }

    /// Bytes that were allocated and not freed, nil if the C library does not tell.
    static var allocatedByteCount: Int? {
        typealias Function = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32
        guard let symbol = dlsym(nil, "malloc_info") else { return nil }
        let mallocInfo = unsafeBitCast(symbol, to: Function.self)
        var text: UnsafeMutablePointer<CChar>?
        var byteCount = 0
        guard let file = open_memstream(&text, &byteCount) else { return nil }
        _ = mallocInfo(0, file)
        fclose(file)
        defer { free(text) }
        guard let text else { return nil }
        // Sums over all arenas come last, behind those of each.
        func size(_ tag: String) -> Int {
            let line = String(cString: text).split(separator: "\n").last { $0.hasPrefix("<\(tag)") } ?? ""
            let digits = line.split(separator: "size=\"").last?.prefix { $0.isNumber } ?? ""
            return Int(digits) ?? 0
        }
        return size("system type=\"current\"") + size("total type=\"mmap\"") - size("total type=\"fast\"")
            - size("total type=\"rest\"")
    }

    private static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var lines: [String] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            lines.append(String(cString: line).trimmingNewline)
        }
        return lines
    }
}

extension String {
    fileprivate var trimmingNewline: String { last == "\n" ? String(dropLast()) : self }
}

#endif
