// Reads JSON from standard input and prints it indented; or says where it is none.

import PVM

// Arrays in arrays are functions in functions, up to the parser's limit.
@section(".polkavm_min_stack_size") @used private let stackSize: UInt32 = 1_048_576

/// The program; its result is the exit status.
@Export func main() -> Int32 {
    do throws(JSONError) {
        // Nothing is printed of a document that is wrong further down.
        let text = Printer.print(try Parser.parse(standardInput()))
        text.withUnsafeBytes { Console.write(bytes: $0) }
        return 0
    } catch {
        Console.error("line \(error.line), column \(error.column): \(error.message)")
        return 1
    }
}

private func standardInput() -> [UInt8] {
    var input: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = piece.withUnsafeMutableBytes { Console.read(into: $0) }
        if count == 0 { return input }
        input += piece[..<count]
    }
}
