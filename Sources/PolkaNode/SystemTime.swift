// The time of day.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum SystemTime {
    /// Seconds since 1970.
    static var seconds: Int { time(nil) }
}
