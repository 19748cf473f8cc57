// Times, and what is said of several of them.

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The time that something takes, in nanoseconds of a clock that only goes forward.
package func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body).components
    return Double(duration.seconds) * 1e9 + Double(duration.attoseconds) / 1e9
}

/// The processor time that this thread spends on something, in nanoseconds: what other programs take does not count.
package func processorNanoseconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
    let start = now()
    try body()
    return now() - start
}

/// One quantity, measured several times.
package struct Sample {
    package private(set) var values: [Double] = []

    package init(values: [Double] = []) { self.values = values }

    package mutating func add(_ value: Double) { values.append(value) }

    /// 0 of no values.
    package var median: Double {
        let sorted = values.sorted()
        guard let middle = sorted.indices.last.map({ $0 / 2 }) else { return 0 }
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle] + sorted[middle + 1]) / 2
    }
    package var least: Double { values.min() ?? 0 }
    package var greatest: Double { values.max() ?? 0 }

    package func mapped(_ transform: (Double) -> Double) -> Sample {
        Sample(values: values.map(transform))
    }
}

extension Sample {
    /// Measures something small: each value is the mean time of one among `batch` in a row.
    package static func ofSmall(repetitions: Int, batch: Int, _ body: () throws -> Void) rethrows -> Sample {
        var sample = Sample()
        for _ in 0...repetitions {
            sample.add(try nanoseconds { for _ in 0..<batch { try body() } } / Double(batch))
        }
        // The first one warms up.
        sample.values.removeFirst()
        return sample
    }
}

/// 1 of no values.
package func geometricMean(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 1 }
    return exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
}
