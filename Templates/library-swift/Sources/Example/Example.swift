// A guest that uses the library.

import PVM
import {{module}}

@Export func distance(_ x: Int64, _ y: Int64) -> Int64 {
    Place(x: 0, y: 0).distance(to: Place(x: x, y: y))
}
