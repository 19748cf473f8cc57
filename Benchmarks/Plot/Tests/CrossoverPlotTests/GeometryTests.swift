// Labels apart, and stretches that touch rectangles.

import Testing

@testable import CrossoverPlot

@Suite struct GeometryTests {
    @Test(arguments: [
        // Far enough apart already; two around their middle, the first on top; three.
        ([10.0, 50, 90], [10.0, 50, 90]), ([50, 50], [40, 60]), ([50, 49], [59.5, 39.5]),
        ([50, 50, 50], [30, 50, 70]),
        // A block that grows into another joins it: the mean of 40, 50, 50 and 75 is 53.75.
        ([40, 50, 50, 75], [23.75, 43.75, 63.75, 83.75]),
        // Not over the edges.
        ([-5, 0], [0, 20]), ([95, 100], [80, 100]), ([0, 100], [0, 100]),
    ])
    func labelsMoveApart(wanted: [Double], places: [Double]) {
        #expect(spread(wanted, distance: 20, in: 0...100) == places)
    }

    @Test(arguments: [
        // Through it, from inside, along an edge, past a corner, before it ends, beside it.
        (Point(x: 0, y: 0), Point(x: 40, y: 40), true), (Point(x: 15, y: 15), Point(x: 16, y: 16), true),
        (Point(x: 0, y: 10), Point(x: 40, y: 10), true), (Point(x: 0, y: 25), Point(x: 40, y: 75), false),
        (Point(x: 0, y: 15), Point(x: 9, y: 15), false), (Point(x: 5, y: 0), Point(x: 5, y: 40), false),
        (Point(x: 0, y: 35), Point(x: 35, y: 0), true), (Point(x: 12, y: 40), Point(x: 12, y: 21), false),
    ])
    func stretches(from: Point, to: Point, meets: Bool) {
        let rectangle = Rectangle(left: 10, top: 10, width: 20, height: 10)
        #expect(rectangle.meets(from, to) == meets)
        #expect(rectangle.meets(to, from) == meets)
        #expect(rectangle.meets([from, to]) == meets)
    }
}
