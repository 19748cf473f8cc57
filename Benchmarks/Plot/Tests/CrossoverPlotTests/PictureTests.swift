// The SVG as an XML parser reads it: well-formed, with the texts that it should have, within the page.

import Foundation
import Testing

@testable import CrossoverPlot

#if canImport(FoundationXML)
import FoundationXML
#endif

/// The elements of a file, with their attributes and the text in them.
private final class Reader: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        var text = ""

        func number(_ key: String) -> Double? { attributes[key].flatMap(Double.init) }
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    init(_ svg: String) throws {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "no reason given")")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    /// The texts of a class, which may have others as well.
    func texts(_ kind: Substring) -> [String] {
        elements.filter { $0.name == "text" && $0.attributes["class"]?.split(separator: " ").contains(kind) == true }
            .map(\.text)
    }
}

@Suite struct PictureTests {
    private func picture(_ guests: Comparison.Guest...) -> Comparison {
        Comparison(date: "2026-01-02", processor: "a processor", processorCount: 2, guests: guests)
    }

    @Test func escaping() {
        #expect(SVG.escaped("a < b && c > \"d\"") == "a &lt; b &amp;&amp; c &gt; &quot;d&quot;")
        #expect(SVG.escaped("µ – é 'x'\n") == "µ – é 'x'\n")
        #expect(SVG.escaped("\u{0}\u{8}\u{1b}\u{ffff}") == "\u{fffd}\u{fffd}\u{fffd}\u{fffd}")
    }

    @Test func namesAreOnlyText() throws {
        var hostile = guest([1, 1000], interpreter: { $0 }, compiler: { _ in 30 })
        hostile.name = "</text><script>\"&amp;' ]]>"
        let reader = try Reader(picture(hostile).svg())
        #expect(reader.texts("heading") == [hostile.name])
        #expect(!reader.elements.contains { $0.name == "script" })
    }

    @Test func saysWhatCrosses() throws {
        let crossing = guest([1, 10, 1000], interpreter: { 10 * $0 }, compiler: { _ in 1234 })
        let before = guest([1, 1000], interpreter: { 20 * $0 }, compiler: { 10 * $0 })
        let reader = try Reader(picture(crossing, before).svg())
        #expect(
            reader.texts("mark") == [
                "compiler faster", "from 120 steps on", "(both 1.23 µs)", "compiler faster", "from 1 step on",
                "(10 ns, not 20 ns)",
            ])
        #expect(reader.texts("name") == ["compiler", "interpreter", "auto", "compiler", "interpreter", "auto"])
        #expect(
            reader.texts("caption").first
                == "a guest, auto: at worst 123.40 times as long as the better of the two (1 step), within 10 % from 1000 on"
        )
        #expect(reader.elements.count { $0.attributes["class"] == "ring" } == 1)
        #expect(try Reader(picture(before, crossing).svg()).texts("mark").first == "compiler faster")
    }

    /// Short and long, steep and flat, one decade and twelve, equal lines.
    @Test(arguments: [
        guest([1, 2], interpreter: { $0 }, compiler: { $0 }),
        guest([1, 1_000_000], interpreter: { $0 }, compiler: { _ in 1e12 }),
        guest([3, 1_000_000_000_000], interpreter: { 1e3 * $0 / 1e3 }, compiler: { _ in 0.5 }),
        guest([5, 6], interpreter: { _ in 31 }, compiler: { _ in 30 }),
    ])
    func everythingIsOnThePage(guest: Comparison.Guest) throws {
        let reader = try Reader(picture(guest, guest).svg())
        let page = try #require(reader.elements.first)
        let (width, height) = (try #require(page.number("width")), try #require(page.number("height")))
        for element in reader.elements {
            for key in ["x", "x1", "x2", "cx"] where element.attributes[key] != nil {
                #expect((0...width).contains(try #require(element.number(key))), "\(element)")
            }
            for key in ["y", "y1", "y2", "cy"] where element.attributes[key] != nil {
                #expect((0...height).contains(try #require(element.number(key))), "\(element)")
            }
        }
        // Names of lines at least as far apart as letters are high.
        let names = reader.elements.filter { $0.attributes["class"]?.hasPrefix("name") == true }.prefix(3)
        let places = names.compactMap { $0.number("y") }.sorted()
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 13 })
    }

    @Test func theSameDataGivesTheSameFile() throws {
        #expect(try ComparisonTests.example.svg() == Comparison(json: ComparisonTests.example.json).svg())
    }
}
