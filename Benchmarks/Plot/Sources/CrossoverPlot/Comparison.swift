// What was measured, as a value: it is written as JSON beside the picture, so that drawing can be repeated without measuring.

public import Foundation

/// Times of the backends on some guests, and on which machine they were measured.
public struct Comparison: Codable, Equatable, Sendable {
    /// When, in UTC, for readers.
    public var date: String
    public var processor: String
    public var processorCount: Int
    public var guests: [Guest]

    public init(date: String, processor: String, processorCount: Int, guests: [Guest]) {
        self.date = date
        self.processor = processor
        self.processorCount = processorCount
        self.guests = guests
    }

    /// The runs of one guest.
    public struct Guest: Codable, Equatable, Sendable {
        public var name: String
        /// What an iteration is, as a word whose plural ends in s.
        public var unit: String
        public var blobByteCount: Int
        /// By growing number of iterations.
        public var runs: [Run]

        public var units: String { unit + "s" }

        public init(name: String, unit: String, blobByteCount: Int, runs: [Run]) {
            self.name = name
            self.unit = unit
            self.blobByteCount = blobByteCount
            self.runs = runs
        }
    }

    /// The times of runs of one length, from the bytes of the blob to the answer, in nanoseconds.
    ///
    /// Elements with the same index were measured in the same turn.
    public struct Run: Codable, Equatable, Sendable {
        public var iterations: Int
        public var interpreter: [Double]
        public var compiler: [Double]
        public var auto: [Double]

        public init(iterations: Int, interpreter: [Double], compiler: [Double], auto: [Double]) {
            self.iterations = iterations
            self.interpreter = interpreter
            self.compiler = compiler
            self.auto = auto
        }
    }
}

/// Why data cannot be drawn.
public struct ComparisonError: Error, Equatable, CustomStringConvertible {
    public let description: String
}

extension Comparison {
    /// Reads what `json` wrote, by us or edited by hand.
    ///
    /// - Throws: `ComparisonError` that says what is wrong where.
    public init(json: Data) throws(ComparisonError) {
        do {
            self = try JSONDecoder().decode(Comparison.self, from: json)
        } catch let error as DecodingError {
            throw ComparisonError(description: error.place)
        } catch {
            throw ComparisonError(description: "\(error)")
        }
        try check()
    }

    /// One line for each run, keys in a fixed order.
    public var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            var text = String(decoding: try encoder.encode(self), as: UTF8.self)
            for opening in ["{\"auto\"", "{\"blobByteCount\""] {
                text = text.replacingOccurrences(of: opening, with: "\n\(opening)")
            }
            return Data((text + "\n").utf8)
        }
    }

    /// Throws unless everything can be drawn on logarithmic axes.
    func check() throws(ComparisonError) {
        guard !guests.isEmpty else {
            throw ComparisonError(description: "no guest was found; there must be at least one")
        }
        for guest in guests {
            guard guest.runs.count > 1 else {
                throw ComparisonError(
                    description: "\(guest.name): a line needs two runs or more, not \(guest.runs.count)")
            }
            var last = 0
            for run in guest.runs {
                try run.check("\(guest.name)(\(run.iterations))", after: last)
                last = run.iterations
            }
        }
    }
}

extension Comparison.Run {
    fileprivate func check(_ name: String, after last: Int) throws(ComparisonError) {
        guard iterations > last else {
            throw ComparisonError(
                description: "\(name): iterations must be positive and grow from run to run; \(last) came before")
        }
        guard iterations <= 1_000_000_000_000_000 else {
            throw ComparisonError(description: "\(name): there may be up to 1e15 iterations")
        }
        let count = interpreter.count
        guard count > 0, compiler.count == count, auto.count == count else {
            throw ComparisonError(
                description: "\(name): found \(interpreter.count), \(compiler.count) and \(auto.count) times; "
                    + "there must be equally many of each backend")
        }
        for time in interpreter + compiler + auto where !(time >= 0.1 && time < 1e15) {
            throw ComparisonError(description: "\(name): \(time) was found; times are nanoseconds between 0.1 and 1e15")
        }
    }
}

extension DecodingError {
    /// What is wrong, and where in the file.
    fileprivate var place: String {
        let (what, context) =
            switch self {
            case .keyNotFound(let key, let context): ("'\(key.stringValue)' is missing", context)
            case .typeMismatch(let type, let context): ("a value is not a \(type)", context)
            case .valueNotFound(let type, let context): ("a \(type) is missing", context)
            case .dataCorrupted(let context): ("this is not JSON, or not whole", context)
            @unknown default: ("it cannot be read", Context(codingPath: [], debugDescription: ""))
            }
        let path = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? what : "\(path): \(what)"
    }
}
