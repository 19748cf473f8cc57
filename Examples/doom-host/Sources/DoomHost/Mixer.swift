// Mixes the game's sounds into one stream for a loudspeaker.

/// What the channels of the game sound like together.
public struct Mixer {
    private struct Voice {
        let samples: [UInt8]
        /// Samples of the sound for each of the stream, in 1/65536.
        let step: UInt64
        var position: UInt64 = 0
        var left: Int32
        var right: Int32
    }

    private let rate: Int
    private var voices = [Voice?](repeating: nil, count: GameHost.channelCount)

    /// - Parameter rate: samples of the stream in a second, for each ear.
    public init(rate: Int) { self.rate = rate }

    public mutating func play(_ sound: GameHost.Sound) {
        switch sound {
        case .start(let channel, let samples, let rate, let volume, let separation):
            let (left, right) = Self.loudness(volume, separation)
            voices[channel] = Voice(
                samples: samples, step: UInt64(rate) << 16 / UInt64(self.rate), left: left, right: right)
        case .change(let channel, let volume, let separation):
            guard voices[channel] != nil else { return }
            let (left, right) = Self.loudness(volume, separation)
            voices[channel]?.left = left
            voices[channel]?.right = right
        case .stop(let channel):
            voices[channel] = nil
        }
    }

    /// The next samples of the stream, left and right in turn.
    public mutating func samples(_ count: Int) -> [Int16] {
        var sums = [Int32](repeating: 0, count: 2 * count)
        for channel in voices.indices {
            guard var voice = voices[channel] else { continue }
            voices[channel] = nil
            for index in 0..<count {
                let position = Int(voice.position >> 16)
                guard position < voice.samples.count else { break }
                let sample = Int32(voice.samples[position]) - 128
                sums[2 * index] += sample * voice.left
                sums[2 * index + 1] += sample * voice.right
                voice.position += voice.step
            }
            if voice.position >> 16 < UInt64(voice.samples.count) { voices[channel] = voice }
        }
        return sums.map { Int16(clamping: $0) }
    }

    /// Factors for samples of 8 bits: one sound at its loudest fills half of 16.
    private static func loudness(_ volume: Int, _ separation: Int) -> (left: Int32, right: Int32) {
        (Int32(volume * (254 - separation) / 254), Int32(volume * separation / 254))
    }
}
