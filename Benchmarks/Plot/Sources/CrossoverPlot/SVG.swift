// SVG as text: a few elements with attributes, one a line, and what must be escaped.

import Foundation

/// An element, with text or elements inside.
struct SVG {
    private let name: String
    private let attributes: [(String, String)]
    private var content: Content

    private enum Content {
        case nothing
        case text(String)
        case elements([SVG])
    }

    private init(_ name: String, _ attributes: KeyValuePairs<String, String>, _ content: Content = .nothing) {
        self.name = name
        self.attributes = attributes.map { ($0, $1) }
        self.content = content
    }

    // MARK: Elements

    static func line(_ from: Point, _ to: Point, class kind: String) -> SVG {
        SVG("line", ["class": kind, "x1": from.x.svg, "y1": from.y.svg, "x2": to.x.svg, "y2": to.y.svg])
    }

    static func polyline(_ points: [Point], class kind: String) -> SVG {
        SVG("polyline", ["class": kind, "points": points.svg])
    }

    static func polygon(_ points: [Point], class kind: String) -> SVG {
        SVG("polygon", ["class": kind, "points": points.svg])
    }

    static func circle(_ centre: Point, radius: Double, class kind: String) -> SVG {
        SVG("circle", ["class": kind, "cx": centre.x.svg, "cy": centre.y.svg, "r": radius.svg])
    }

    static func rectangle(_ rectangle: Rectangle, class kind: String) -> SVG {
        SVG(
            "rect",
            [
                "class": kind, "x": rectangle.left.svg, "y": rectangle.top.svg, "width": rectangle.width.svg,
                "height": rectangle.height.svg,
            ])
    }

    /// Where the point of a text is.
    enum Anchor: String {
        case start, middle, end
    }

    static func text(_ text: String, _ at: Point, _ anchor: Anchor = .start, class kind: String) -> SVG {
        SVG("text", ["class": kind, "x": at.x.svg, "y": at.y.svg, "text-anchor": anchor.rawValue], .text(text))
    }

    static func group(_ elements: [SVG]) -> SVG { SVG("g", [:], .elements(elements)) }

    /// Makes a whole picture.
    ///
    /// - Parameters:
    ///   - width: in pixels, unless it is scaled.
    ///   - height: the same.
    ///   - title: what it is, for those who do not see it.
    ///   - description: what it shows, for the same.
    ///   - style: the style sheet.
    ///   - elements: what is drawn, from back to front.
    /// - Returns: the text of a file.
    static func document(
        width: Double, height: Double, title: String, description: String, style: String, _ elements: [SVG]
    ) -> String {
        let root = SVG(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width.svg, "height": height.svg,
                "viewBox": "0 0 \(width.svg) \(height.svg)", "role": "img", "aria-labelledby": "title description",
            ],
            .elements(
                [
                    SVG("title", ["id": "title"], .text(title)),
                    SVG("desc", ["id": "description"], .text(description)), SVG("style", [:], .text(style)),
                ] + elements))
        var text = ""
        root.write(to: &text, indent: "")
        return text
    }

    // MARK: Writing

    private func write(to text: inout String, indent: String) {
        text += indent + "<" + name
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        switch content {
        case .nothing: text += "/>\n"
        case .text(let inside): text += ">\(Self.escaped(inside))</\(name)>\n"
        case .elements(let elements):
            text += ">\n"
            for element in elements { element.write(to: &text, indent: indent + "  ") }
            text += "\(indent)</\(name)>\n"
        }
    }

    /// Text as it may stand in an element and in an attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            // XML 1.0 has no way to write these.
            case "\0"..."\u{1f}", "\u{fffe}", "\u{ffff}": result.unicodeScalars.append("\u{fffd}")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Double {
    /// Tenths are enough, and keep the file small.
    fileprivate var svg: String {
        let tenths = Int((self * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = abs(tenths) % 10
        return "\(sign)\(abs(tenths) / 10)" + (rest == 0 ? "" : ".\(rest)")
    }
}

extension [Point] {
    fileprivate var svg: String { map { "\($0.x.svg),\($0.y.svg)" }.joined(separator: " ") }
}
