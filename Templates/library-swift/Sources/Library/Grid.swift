// {{name}}: places on a grid.

/// A place on a grid.
public struct Place: Equatable, Sendable {
    public var x: Int64
    public var y: Int64

    public init(x: Int64, y: Int64) {
        self.x = x
        self.y = y
    }

    /// How many steps to a neighbour lead to another place.
    public func distance(to other: Place) -> Int64 {
        abs(x - other.x) + abs(y - other.y)
    }
}
