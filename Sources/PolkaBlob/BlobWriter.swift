// `Blob` to bytes (blob-format.md 2). The output is a pure function of the value.

import PolkaISA

extension Blob {
    /// The program as a `.polkavm` container, stripped of debug sections on demand; empty sections are left out.
    public func serialized(strip: Bool = false) -> [UInt8] {
        var out = BlobFormat.magic
        out.append(instructionSet.rawValue)
        out += [UInt8](repeating: 0, count: 8)
        appendSection(.memoryConfig, memoryConfig, to: &out)
        appendSection(.readOnlyData, readOnlyData, to: &out)
        appendSection(.readWriteData, readWriteData, to: &out)
        appendSection(.imports, importTable, to: &out)
        appendSection(.exports, exportTable, to: &out)
        appendSection(.code, code.rawProgram, to: &out)
        if !strip {
            appendSection(.debugStrings, debug.strings, to: &out)
            appendSection(.debugLinePrograms, debug.linePrograms, to: &out)
            appendSection(.debugRanges, debug.ranges, to: &out)
        }
        out.append(BlobFormat.Section.end.rawValue)
        let length = UInt64(out.count)
        for index in 0..<8 { out[5 + index] = UInt8(truncatingIfNeeded: length >> UInt64(8 * index)) }
        return out
    }

    private func appendSection(_ section: BlobFormat.Section, _ payload: [UInt8], to out: inout [UInt8]) {
        if payload.isEmpty { return }
        out.append(section.rawValue)
        ByteWriter.append(varint: UInt32(payload.count), to: &out)
        out += payload
    }

    private var memoryConfig: [UInt8] {
        let sizes = [readOnlyDataSize, readWriteDataSize, stackSize]
        guard sizes.contains(where: { $0 != 0 }) else { return [] }
        var payload: [UInt8] = []
        for size in sizes { ByteWriter.append(varint: size, to: &payload) }
        return payload
    }

    private var importTable: [UInt8] {
        guard !imports.isEmpty else { return [] }
        var payload: [UInt8] = []
        ByteWriter.append(varint: UInt32(imports.count), to: &payload)
        var symbols: [UInt8] = []
        for symbol in imports {
            ByteWriter.append(UInt64(symbols.count), count: 4, to: &payload)
            symbols += symbol ?? []
        }
        return payload + symbols
    }

    private var exportTable: [UInt8] {
        guard !exports.isEmpty else { return [] }
        var payload: [UInt8] = []
        ByteWriter.append(varint: UInt32(exports.count), to: &payload)
        for export in exports {
            ByteWriter.append(varint: export.codeOffset, to: &payload)
            ByteWriter.append(varint: UInt32(export.symbol.count), to: &payload)
            payload += export.symbol
        }
        return payload
    }
}
