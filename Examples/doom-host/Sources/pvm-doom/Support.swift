// What all ways to play need: reading the program, complaints, the usual folder for saved games.

import DoomHost
import Foundation
import PolkaBlob
import SystemPackage

enum Complaint {
    static func print(_ text: String) { FileHandle.standardError.write(Data("pvm-doom: \(text)\n".utf8)) }
}

/// A program that can not be read.
struct ProgramFileError: Error, CustomStringConvertible {
    let description: String
}

enum ProgramFile {
    static func read(_ path: FilePath) throws -> Blob {
        guard let bytes = FileManager.default.contents(atPath: path.string) else {
            throw ProgramFileError(
                description: "\(path) can not be read; 'pvm build Examples/doom' makes Examples/doom/build/doom.polkavm"
            )
        }
        do {
            return try Blob(parsing: Array(bytes))
        } catch {
            throw ProgramFileError(description: "\(path): \(error)")
        }
    }
}

/// A game's state that can not be read or written.
struct StateFileError: Error, CustomStringConvertible {
    let description: String
}

enum StateFile {
    static func read(_ path: FilePath) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path.string)))
        } catch {
            throw StateFileError(description: "\(path) can not be read; --save-state writes such files")
        }
    }

    /// As a whole, or not at all.
    static func write(_ bytes: [UInt8], to path: FilePath) throws {
        let partial = FilePath(path.string + ".part")
        do {
            let file = try FileDescriptor.open(
                partial, .writeOnly, options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            _ = try file.closeAfter { try file.writeAll(bytes) }
            guard rename(partial.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(partial.string)
            throw StateFileError(description: "\(path) can not be written: \(error)")
        }
    }
}

enum SaveFolder {
    /// The user's folder for data of programs.
    static var usual: FilePath {
        let environment = ProcessInfo.processInfo.environment
        // Set to nothing it counts as not set (XDG Base Directory Specification).
        let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        return FilePath(data ?? (environment["HOME"] ?? ".") + "/.local/share").appending("pvm-doom")
    }
}

/// When the next tic is due.
struct Pace {
    private static let ticTime = Duration.seconds(1) / Int(DoomGame.ticRate)
    /// A machine that is too slow plays slowly, and does not try to catch up for ever.
    private static let longestDelay = ticTime * 4
    private var due = ContinuousClock.now

    var isDue: Bool { ContinuousClock.now >= due }

    mutating func beginTic() {
        due = max(due.advanced(by: Self.ticTime), ContinuousClock.now.advanced(by: .zero - Self.longestDelay))
    }
}

/// Pictures in each second, and how many there could be: what the game takes, without what showing its pictures takes.
final class Speed {
    private var since = ContinuousClock.now
    private var pictures = 0
    private var busy = Duration.zero
    /// Of the last full second.
    private(set) var text = ""

    /// Counts one tic.
    func tic(_ body: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        try body()
        busy += ContinuousClock.now - start
        let now = ContinuousClock.now
        guard now - since >= .seconds(1) else { return }
        let rate = Double(pictures) / ((now - since) / .seconds(1))
        let possible = busy > .zero ? Double(pictures) / (busy / .seconds(1)) : 0
        text = "\(Int(rate.rounded())) fps, \(Int(possible)) possible"
        (since, pictures, busy) = (now, 0, .zero)
    }

    /// Counts one picture, shown within a tic.
    func show(_ body: () -> Void) {
        pictures += 1
        pause(body)
    }

    /// Does within a tic what is not the game's work.
    func pause(_ body: () -> Void) {
        let start = ContinuousClock.now
        body()
        busy -= ContinuousClock.now - start
    }
}
