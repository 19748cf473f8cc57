// Structures that may grow: they begin with their size, and a program may have been compiled with an older or a newer
// header.

import CPolkaVM

/// More than any structure will ever have.
private let structureLimit = 1 << 12

/// The size that the caller's header gives a structure.
private func statedSize(_ structure: UnsafeRawPointer, _ name: String) throws(Failure) -> Int {
    let size = structure.loadUnaligned(as: Int.self)
    guard (MemoryLayout<Int>.size...structureLimit).contains(size) else {
        throw .invalid("struct_size of \(name)", UInt(bitPattern: size), expected: "sizeof(\(name))")
    }
    return size
}

/// Reads a structure of the caller's; what it does not have is 0.
///
/// - Throws: if it has something that is not 0 and that this library does not know.
func read<T: BitwiseCopyable>(_ structure: UnsafePointer<T>, zero: T, _ name: String) throws(Failure) -> T {
    let size = try statedSize(structure, name)
    var value = zero
    let known = MemoryLayout<T>.size
    // SAFETY: the caller vouches for as many bytes as it says.
    let bytes = UnsafeRawBufferPointer(start: structure, count: size)
    guard bytes.dropFirst(known).allSatisfy({ $0 == 0 }) else {
        throw Failure(
            PVM_ERROR_UNSUPPORTED,
            "\(name) has values behind its first \(known) bytes, which this version of the library does not know")
    }
    withUnsafeMutableBytes(of: &value) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(known))) }
    return value
}

/// Fills a structure of the caller's, except for its size, as far as it goes; what this library does not know becomes
/// 0.
func write<T: BitwiseCopyable>(_ value: T, to structure: UnsafeMutablePointer<T>, _ name: String) throws(Failure) {
    let size = try statedSize(structure, name)
    let head = MemoryLayout<Int>.size
    let target = UnsafeMutableRawBufferPointer(start: structure, count: size)
    withUnsafeBytes(of: value) { source in
        for index in head..<size { target[index] = index < source.count ? source[index] : 0 }
    }
}
