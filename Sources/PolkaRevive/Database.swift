// SQLite as far as the file of a chain needs it: statements that are kept, values in and out, and errors that say what to do.

import CSQLite
import PolkaABI

/// An open file.
final class Database {
    /// What goes into a statement.
    enum Value {
        case null
        case number(Int64)
        case blob([UInt8])
        case text(String)

        /// A number of which SQLite need not know that it has no sign.
        static func bits(_ number: UInt64) -> Value { .number(Int64(bitPattern: number)) }
    }

    private let path: String
    private let connection: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Opens a file; who reads it first locks it.
    init(_ path: String) throws(ChainStoreError) {
        self.path = path
        var connection: OpaquePointer?
        // Names that mean something else to SQLite are names of files here.
        let name = path.isEmpty || path.hasPrefix(":") ? "./" + path : path
        let code = sqlite3_open_v2(name, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard code == SQLITE_OK, let connection else {
            let reason = connection.map { String(cString: sqlite3_errmsg($0)) } ?? "there is no memory"
            sqlite3_close(connection)
            throw ChainStoreError(
                path: path, problem: "can not be opened: \(reason)",
                remedy: "the folder must be there, and it and the file must be writable")
        }
        self.connection = connection
        // A command that follows another one closely waits for that to be done.
        sqlite3_busy_timeout(connection, 2000)
        do throws(ChainStoreError) { try runAll("PRAGMA locking_mode = EXCLUSIVE") } catch {
            close()
            throw error
        }
    }

    /// Takes the file for writing, which changes what kind of a file it is.
    func lock() throws(ChainStoreError) {
        try runAll("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT;")
    }

    deinit { close() }

    private func close() {
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
        sqlite3_close(connection)
    }

    // MARK: Errors

    func error(_ problem: String, _ remedy: String) -> ChainStoreError {
        ChainStoreError(path: path, problem: problem, remedy: remedy)
    }

    func damaged(_ problem: String) -> ChainStoreError {
        error(
            "the chain's file is damaged: \(problem)",
            "put back a copy of it, or delete it together with \(path)-wal to begin a new chain")
    }

    private func failure() -> ChainStoreError {
        let text = String(cString: sqlite3_errmsg(connection))
        return switch sqlite3_errcode(connection) & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            error("another process is using the chain", "wait until it is done, or name another file")
        case SQLITE_NOTADB:
            error("is no chain's file", "name another file for the chain")
        case SQLITE_CORRUPT: damaged(text)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN:
            error("can not be written: \(text)", "the file and its folder must be writable")
        case SQLITE_FULL, SQLITE_IOERR:
            error("can not be written: \(text)", "make room on the disk; the chain is as it was before")
        // A statement that fits no table: the file has the right marks and other contents.
        case SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH: damaged(text)
        default: error("SQLite says: \(text)", "put back a copy of the file, or begin a new chain")
        }
    }

    // MARK: Statements

    /// Runs several statements without values.
    func runAll(_ text: String) throws(ChainStoreError) {
        guard sqlite3_exec(connection, text, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    /// Runs a statement that gives nothing.
    func run(_ text: String, _ values: Value...) throws(ChainStoreError) {
        let statement = try prepare(text, values)
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_DONE: return
            case SQLITE_ROW: continue
            default: throw failure()
            }
        }
    }

    /// Runs a query.
    func forEach(
        _ text: String, _ body: (Row) throws(ChainStoreError) -> Void
    ) throws(ChainStoreError) {
        let statement = try prepare(text, [])
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_DONE: return
            case SQLITE_ROW: try body(Row(statement: statement, database: self))
            default: throw failure()
            }
        }
    }

    /// The number that a query gives.
    func number(_ text: String) throws(ChainStoreError) -> Int64 {
        var result: Int64?
        try forEach(text) { row throws(ChainStoreError) in result = row.number(0) }
        guard let result else { throw damaged("something is missing") }
        return result
    }

    /// The text that a query gives.
    func text(_ text: String) throws(ChainStoreError) -> String {
        var result = ""
        try forEach(text) { row throws(ChainStoreError) in result = row.text(0) }
        return result
    }

    private func prepare(_ text: String, _ values: [Value]) throws(ChainStoreError) -> OpaquePointer {
        let statement = try statement(text)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            // SQLite copies what it gets before these return.
            let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, place)
                case .number(let number): sqlite3_bind_int64(statement, place, number)
                case .blob(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(statement, place, 0)
                case .blob(let bytes): sqlite3_bind_blob64(statement, place, bytes, UInt64(bytes.count), copies)
                case .text(let text): sqlite3_bind_text(statement, place, text, -1, copies)
                }
            guard code == SQLITE_OK else { throw failure() }
        }
        return statement
    }

    private func statement(_ text: String) throws(ChainStoreError) -> OpaquePointer {
        if let statement = statements[text] { return statement }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, text, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw failure()
        }
        statements[text] = statement
        return statement
    }

    // MARK: Rows

    /// A row of a query; its columns count from 0.
    struct Row {
        fileprivate let statement: OpaquePointer
        fileprivate let database: Database

        func damaged(_ problem: String) -> ChainStoreError { database.damaged(problem) }

        func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

        func number(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

        func bits(_ column: Int32) -> UInt64 { UInt64(bitPattern: number(column)) }

        func text(_ column: Int32) -> String {
            sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
        }

        func bytes(_ column: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(statement, column) else { return [] }
            return Array(
                UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        }

        func hash(_ column: Int32) throws(ChainStoreError) -> Hash256 {
            guard let hash = Hash256(bytes: bytes(column)) else { throw damaged("a hash has not 32 bytes") }
            return hash
        }

        func wide(_ column: Int32) throws(ChainStoreError) -> U256 { try hash(column).bigEndian }

        func address(_ column: Int32) throws(ChainStoreError) -> Address {
            guard let address = Address(bytes: bytes(column)) else { throw damaged("an address has not 20 bytes") }
            return address
        }

        func hashes(_ column: Int32) throws(ChainStoreError) -> [Hash256] {
            let bytes = bytes(column)
            guard bytes.count.isMultiple(of: Hash256.byteCount) else { throw damaged("hashes have not 32 bytes each") }
            return stride(from: 0, to: bytes.count, by: Hash256.byteCount).compactMap {
                Hash256(bytes: bytes[$0..<$0 + Hash256.byteCount])
            }
        }
    }
}
