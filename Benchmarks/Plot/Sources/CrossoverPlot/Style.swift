// Colours and letters.
//
// The paper has a colour of its own, so that the picture is the same on light and dark pages. The lines' colours are
// vermilion, blue and near-black of the palette of Okabe and Ito, which colour-blind readers can tell apart, and differ in
// width and dashes as well: auto lies on top of whichever backend it uses.

enum Style {
    /// Wide enough for all common typefaces, of a letter of `mark`.
    static let markCharacterWidth = 7.2

    static let sheet = """

        text { font-family: "DejaVu Sans", Verdana, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
        .paper { fill: #ffffff; stroke: #d0d7de; }
        .title { font-size: 22px; font-weight: bold; }
        .subtitle { font-size: 14px; fill: #57606a; }
        .heading { font-size: 15px; font-weight: bold; }
        .axis, .tick { font-size: 13px; fill: #57606a; }
        .caption { font-size: 12.5px; fill: #57606a; }
        .mark { font-size: 13px; stroke: #ffffff; stroke-width: 4px; paint-order: stroke; }
        .name { font-size: 13px; font-weight: bold; }
        .frame { fill: none; stroke: #8c959f; shape-rendering: crispEdges; }
        .strong { stroke: #d8dee4; shape-rendering: crispEdges; }
        .faint { stroke: #f0f3f6; shape-rendering: crispEdges; }
        .line { fill: none; stroke-linejoin: round; stroke-linecap: round; }
        .line.interpreter { stroke: #d55e00; stroke-width: 3.2; }
        .line.compiler { stroke: #0072b2; stroke-width: 3.2; }
        .line.auto { stroke: #24292f; stroke-width: 1.6; stroke-linecap: butt; stroke-dasharray: 5 4; }
        .band { stroke: none; fill-opacity: 0.2; }
        .band.interpreter, .name.interpreter { fill: #d55e00; }
        .band.compiler, .name.compiler { fill: #0072b2; }
        .band.auto, .name.auto { fill: #24292f; }
        .thread { stroke-width: 1; }
        .thread.interpreter { stroke: #d55e00; }
        .thread.compiler { stroke: #0072b2; }
        .thread.auto { stroke: #24292f; }
        .drop { stroke: #57606a; stroke-dasharray: 2 3; }
        .ring { fill: none; stroke: #24292f; stroke-width: 1.6; }

        """
}
