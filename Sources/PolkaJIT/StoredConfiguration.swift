// A module's configuration as bytes: all of it, since all of it decides what the program does. A new choice does not compile
// here before it has its own number.

import PolkaVM

extension ModuleConfiguration {
    func store(in writer: inout StoredWriter) {
        writer.append(pageSize)
        writer.append(auxiliarySize)
        writer.append(UInt8(startsUnmapped ? 1 : 0))
        writer.append(UInt8(isStrict ? 1 : 0))
        writer.append(UInt8(isInterruptible ? 1 : 0))
        let metering: UInt8 =
            switch gasMetering {
            case .none: 0
            case .synchronous: 1
            case .asynchronous: 2
            case .perInstruction: preconditionFailure("there is no machine code that pays for each instruction")
            }
        let faults: UInt8 =
            switch faultRule {
            case .trap: 0
            case .pageFault: 1
            case .pageFaultUnlessReadOnly: 2
            }
        let jumps: UInt8 =
            switch jumpRule {
            case .reference: 0
            case .graypaper: 1
            }
        let end: UInt8 =
            switch endRule {
            case .reference: 0
            case .graypaper: 1
            }
        writer.append(bytes: [metering, faults, jumps, end])
        switch costModel {
        case .naive: writer.append(UInt8(0))
        case .pipeline(.l1Hit): writer.append(UInt8(1))
        case .pipeline(.l2Hit): writer.append(UInt8(2))
        case .pipeline(.l3Hit): writer.append(UInt8(3))
        case .table(let table):
            writer.append(UInt8(4))
            writer.append(bytes: table.bytes)
        }
    }

    init(stored reader: inout StoredReader) throws(CompiledModuleError) {
        self.init()
        pageSize = try reader.integer(UInt32.self)
        auxiliarySize = try reader.integer(UInt32.self)
        startsUnmapped = try reader.choice([false, true])
        isStrict = try reader.choice([false, true])
        isInterruptible = try reader.choice([false, true])
        gasMetering = try reader.choice([.none, .synchronous, .asynchronous])
        faultRule = try reader.choice([.trap, .pageFault, .pageFaultUnlessReadOnly])
        jumpRule = try reader.choice([.reference, .graypaper])
        endRule = try reader.choice([.reference, .graypaper])
        let model: CostModel? = try reader.choice([
            .naive, .pipeline(.l1Hit), .pipeline(.l2Hit), .pipeline(.l3Hit), nil,
        ])
        if let model { costModel = model } else { costModel = .table(try CostTable(stored: &reader)) }
    }
}

extension CostTable {
    fileprivate init(stored reader: inout StoredReader) throws(CompiledModuleError) {
        let offset = reader.offset
        let bytes = try reader.bytes(CostTable.byteCount)
        do throws(CostTableError) {
            try self.init(parsing: bytes)
        } catch {
            throw reader.refuse("a table of costs that is none: \(error)", at: offset)
        }
    }
}

extension StoredReader {
    /// One of some values, by its number.
    mutating func choice<Value>(_ values: [Value]) throws(CompiledModuleError) -> Value {
        let number = Int(try integer(UInt8.self))
        guard number < values.count else {
            throw refuse("the choice \(number), there are 0 to \(values.count - 1)", at: offset - 1)
        }
        return values[number]
    }
}
