// What is shown and heard, and what a terminal sends, without window, loudspeaker or terminal.

import DoomHost
import Testing

@Suite struct ScreenTests {
    /// A picture of two halves: red above, blue below.
    private static let halves: Picture = {
        var palette = [UInt8](repeating: 0, count: 768)
        palette.replaceSubrange(3..<6, with: [255, 0, 0])
        palette.replaceSubrange(6..<9, with: [0, 0, 255])
        let upper = [UInt8](repeating: 1, count: 320 * 100)
        return Picture(pixels: upper + upper.map { _ in 2 }, palette: palette)
    }()

    @Test func halfBlocks() {
        // Two cells above one another would be as high as four are wide: 4 to 3 is 2 by 1 here.
        var blocks = HalfBlocks(terminalColumns: 4, terminalRows: 1)
        #expect(blocks.columns == 2 && blocks.rows == 1)
        #expect(blocks.draw(Self.halves) == "\u{1b}[1;1H\u{1b}[38;2;255;0;0m\u{1b}[48;2;0;0;255m▀▀\u{1b}[0m")
        #expect(blocks.draw(Self.halves) == "")
    }

    @Test func sizes() {
        for (columns, rows) in [(1, 1), (80, 23), (200, 60), (500, 200), (20, 100)] {
            let blocks = HalfBlocks(terminalColumns: columns, terminalRows: rows)
            #expect(blocks.columns <= min(columns, 320) && blocks.rows <= rows)
            #expect(blocks.columns >= 1 && blocks.rows >= 1)
        }
    }

    @Test func hash() {
        // Published values of FNV-1a with 64 bits.
        var hash = FNV1a()
        #expect(hash.value == 0xcbf2_9ce4_8422_2325)
        hash.mix(Array("foobar".utf8))
        #expect(hash.value == 0x8594_4171_f739_67e8)
    }
}

@Suite struct MixerTests {
    @Test func oneSound() {
        var mixer = Mixer(rate: 1000)
        #expect(mixer.samples(2) == [0, 0, 0, 0])
        // Half as many samples as the stream has: each sounds twice. All of it to the left.
        mixer.play(.start(channel: 3, samples: [128, 255], rate: 500, volume: 127, separation: 0))
        #expect(mixer.samples(5) == [0, 0, 0, 0, 127 * 127, 0, 127 * 127, 0, 0, 0])
        #expect(mixer.samples(1) == [0, 0])
    }

    @Test func changeAndStop() {
        var mixer = Mixer(rate: 100)
        mixer.play(.start(channel: 0, samples: [129, 129, 129], rate: 100, volume: 100, separation: 254))
        #expect(mixer.samples(1) == [0, 100])
        mixer.play(.change(channel: 0, volume: 50, separation: 0))
        #expect(mixer.samples(1) == [50, 0])
        mixer.play(.stop(channel: 0))
        #expect(mixer.samples(1) == [0, 0])
        // Nothing plays there any more.
        mixer.play(.change(channel: 0, volume: 50, separation: 0))
        #expect(mixer.samples(1) == [0, 0])
    }

    /// Loud sounds on all channels at once stay within what a loudspeaker is given.
    @Test func tooLoud() {
        var mixer = Mixer(rate: 10)
        for channel in 0..<GameHost.channelCount {
            mixer.play(.start(channel: channel, samples: [255], rate: 10, volume: 127, separation: 0))
        }
        #expect(mixer.samples(1) == [.max, 0])
    }
}

@Suite struct TerminalKeysTests {
    private let start = ContinuousClock.now

    private func keys(_ text: String) -> [TerminalKeys.Input] {
        var keys = TerminalKeys()
        let bytes = Array(text.utf8)
        return keys.read(bytes, at: start) + keys.read([], at: start)
    }

    private func down(_ keys: Key...) -> [TerminalKeys.Input] { keys.map { .key(KeyEvent($0, isDown: true)) } }

    @Test func plainKeys() {
        #expect(keys("\u{1b}[A") == down(.up))
        #expect(keys("\u{1b}OB") == down(.down))
        #expect(keys("\u{1b}[12~") == Key.function(2).map { down($0) })
        #expect(keys("\u{1b}") == down(.escape))
        #expect(keys("\r") == down(.enter))
        #expect(keys("\u{3}") == [.interrupt])
        #expect(keys("x") == Key("x").map { down($0) })
        // A letter that plays is a letter, too.
        #expect(keys("f") == Key("f").map { down($0, .fire) })
        #expect(keys("F") == Key("f").map { down($0) } || keys("F") == Key("f").map { down($0, .fire) })
    }

    /// What no terminal sends, or a terminal of another kind: no keys, no end.
    @Test func otherBytes() {
        #expect(keys("\u{1b}[999~") == [])
        #expect(keys("\u{1b}[Z") == [])
        #expect(keys("\u{1b}[1;;;;;:::u") == [])
        #expect(keys("é").isEmpty)
        #expect(keys("\u{1b}[" + String(repeating: "1;", count: 100)).count <= 200)
        var random = Random(seed: 3)
        var keys = TerminalKeys()
        for _ in 0..<2000 {
            let bytes = (0..<Int(random.next() >> 61)).map { _ in UInt8(random.next() >> 56) }
            _ = keys.read(bytes, at: start)
        }
    }

    /// A sequence that arrives in two pieces.
    @Test func pieces() {
        var keys = TerminalKeys()
        #expect(keys.read([0x1b], at: start) == [])
        #expect(keys.read(Array("[C".utf8), at: start) == down(.right))
    }

    /// Without word of it a key comes up after a while, and repeats keep it down.
    @Test func comesUp() {
        var keys = TerminalKeys()
        #expect(keys.read(Array("\u{1b}[A".utf8), at: start) == down(.up))
        #expect(keys.read(Array("\u{1b}[A".utf8), at: start + .milliseconds(100)) == [])
        #expect(keys.read([], at: start + .milliseconds(200)) == [])
        #expect(keys.read([], at: start + .milliseconds(300)) == [.key(KeyEvent(.up, isDown: false))])
    }

    /// Of letters, Enter, and Control alone the protocol tells all only with its flag 8, beside 1 and 2.
    @Test func flagsOfKitty() {
        #expect(TerminalKeys.request == "\u{1b}[>11u")
        #expect(keys("\u{1b}[13u\u{1b}[13;1:3u\u{1b}[13u").count == 3)
    }

    /// What a terminal sends as a letter comes up after a while, even if it tells of other keys when they do.
    @Test func lettersBesideReports() {
        var keys = TerminalKeys()
        #expect(keys.read(Array("\u{1b}[1;1:3B".utf8), at: start) == [.key(KeyEvent(.down, isDown: false))])
        for second in 0..<2 {
            let now = start + .seconds(second)
            #expect(keys.read(Array("\r".utf8), at: now) == down(.enter))
            #expect(keys.read([], at: now + .milliseconds(300)) == [.key(KeyEvent(.enter, isDown: false))])
        }
    }

    /// With the protocol of kitty a key comes up when it does, and not before.
    @Test func protocolOfKitty() {
        var keys = TerminalKeys()
        #expect(keys.read(Array("\u{1b}[1;1:1A".utf8), at: start) == down(.up))
        #expect(keys.read(Array("\u{1b}[1;1:3A".utf8), at: start) == [.key(KeyEvent(.up, isDown: false))])
        #expect(keys.read(Array("\u{1b}[57442;5:1u".utf8), at: start) == down(.fire))
        #expect(keys.read([], at: start + .seconds(5)) == [])
        #expect(keys.read(Array("\u{1b}[57442;5:3u".utf8), at: start) == [.key(KeyEvent(.fire, isDown: false))])
        #expect(keys.read(Array("\u{1b}[99;5u".utf8), at: start) == [.interrupt])
    }
}
