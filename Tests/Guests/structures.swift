// Trees, heaps and graphs: a balanced tree of classes, one of enumerations, a binary heap, shortest paths, components, orders.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

// MARK: A treap of classes

final class Node<Key: Comparable> {
    let key: Key
    let priority: UInt64
    var size = 1
    var left: Node?
    var right: Node?
    unowned(unsafe) var parent: Node?

    init(_ key: Key, priority: UInt64) {
        self.key = key
        self.priority = priority
    }

    func update() {
        size = 1 + (left?.size ?? 0) + (right?.size ?? 0)
        left?.parent = self
        right?.parent = self
    }
}

struct Treap<Key: Comparable> {
    private var root: Node<Key>?
    var count: Int { root?.size ?? 0 }

    private func split(_ node: Node<Key>?, _ key: Key) -> (Node<Key>?, Node<Key>?) {
        guard let node else { return (nil, nil) }
        defer { node.update() }
        if node.key < key {
            let (left, right) = split(node.right, key)
            node.right = left
            return (node, right)
        }
        let (left, right) = split(node.left, key)
        node.left = right
        return (left, node)
    }

    private func merge(_ a: Node<Key>?, _ b: Node<Key>?) -> Node<Key>? {
        guard let a, let b else { return a ?? b }
        if a.priority > b.priority {
            a.right = merge(a.right, b)
            a.update()
            return a
        }
        b.left = merge(a, b.left)
        b.update()
        return b
    }

    func contains(_ key: Key) -> Bool {
        var node = root
        while let current = node {
            if current.key == key { return true }
            node = key < current.key ? current.left : current.right
        }
        return false
    }

    mutating func insert(_ key: Key, priority: UInt64) {
        guard !contains(key) else { return }
        let (left, right) = split(root, key)
        root = merge(merge(left, Node(key, priority: priority)), right)
        root?.parent = nil
    }

    mutating func removeFirst() -> Key? {
        guard var node = root else { return nil }
        while let left = node.left { node = left }
        if let parent = node.parent {
            parent.left = node.right
            var ancestor: Node<Key>? = parent
            while let current = ancestor {
                current.update()
                ancestor = current.parent
            }
        } else {
            root = node.right
            root?.parent = nil
        }
        return node.key
    }

    subscript(index: Int) -> Key? {
        var (node, index) = (root, index)
        while let current = node {
            let left = current.left?.size ?? 0
            if index == left { return current.key }
            if index < left {
                node = current.left
            } else {
                index -= left + 1
                node = current.right
            }
        }
        return nil
    }
}

// MARK: A red-black tree of enumerations, which shares what does not change

enum RedBlack<Key: Comparable> {
    enum Color { case red, black }
    typealias Tree = RedBlack<Key>
    case empty
    indirect case node(Color, Tree, Key, Tree)

    func inserting(_ key: Key) -> Tree {
        guard case .node(_, let left, let own, let right) = insertion(of: key) else { return .empty }
        return .node(.black, left, own, right)
    }

    private func insertion(of key: Key) -> Tree {
        guard case .node(let color, let left, let own, let right) = self else {
            return .node(.red, .empty, key, .empty)
        }
        if key < own { return Self.balanced(color, left.insertion(of: key), own, right) }
        if key > own { return Self.balanced(color, left, own, right.insertion(of: key)) }
        return self
    }

    private static func balanced(_ color: Color, _ left: Tree, _ key: Key, _ right: Tree) -> Tree {
        switch (color, left, key, right) {
        case (.black, .node(.red, .node(.red, let a, let x, let b), let y, let c), let z, let d),
            (.black, .node(.red, let a, let x, .node(.red, let b, let y, let c)), let z, let d),
            (.black, let a, let x, .node(.red, .node(.red, let b, let y, let c), let z, let d)),
            (.black, let a, let x, .node(.red, let b, let y, .node(.red, let c, let z, let d))):
            .node(.red, .node(.black, a, x, b), y, .node(.black, c, z, d))
        default: .node(color, left, key, right)
        }
    }

    func fold<Result>(_ start: Result, _ body: (Result, Key, Int) -> Result, depth: Int = 0) -> Result {
        guard case .node(_, let left, let key, let right) = self else { return start }
        return right.fold(body(left.fold(start, body, depth: depth + 1), key, depth), body, depth: depth + 1)
    }
}

// MARK: A heap

struct Heap<Element> {
    private var elements: [Element] = []
    private let isBefore: (Element, Element) -> Bool
    init(_ isBefore: @escaping (Element, Element) -> Bool) { self.isBefore = isBefore }

    mutating func push(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0, isBefore(elements[child], elements[(child - 1) / 2]) {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let first = elements.first else { return last }
        elements[0] = last
        var parent = 0
        while case let child = parent * 2 + 1, child < elements.count {
            let other = child + 1 < elements.count && isBefore(elements[child + 1], elements[child]) ? child + 1 : child
            guard isBefore(elements[other], elements[parent]) else { break }
            elements.swapAt(parent, other)
            parent = other
        }
        return first
    }
}

// MARK: Graphs

struct Graph {
    struct Edge {
        let target: Int
        let weight: UInt64
    }

    private(set) var edges: [[Edge]]

    init(count: Int, seed: UInt64) {
        edges = (0..<count).map { from in
            (0..<4).map { number in
                let random = mix(UInt64(from * 4 + number), seed)
                return Edge(target: Int((random >> 33) % UInt64(count)), weight: random >> 20 % 100 + 1)
            }
        }
    }

    func distances(from start: Int) -> [UInt64?] {
        var result = [UInt64?](repeating: nil, count: edges.count)
        var heap = Heap<(distance: UInt64, node: Int)> { ($0.distance, $0.node) < ($1.distance, $1.node) }
        heap.push((0, start))
        while let (distance, node) = heap.pop() {
            guard result[node] == nil else { continue }
            result[node] = distance
            for edge in edges[node] where result[edge.target] == nil {
                heap.push((distance + edge.weight, edge.target))
            }
        }
        return result
    }

    /// The strongly connected component of each node (Tarjan).
    func components() -> [Int] {
        var (index, low, component) = ([Int?](repeating: nil, count: edges.count), [Int](), [Int]())
        low = Array(repeating: 0, count: edges.count)
        component = Array(repeating: -1, count: edges.count)
        var (stack, counter, components) = ([Int](), 0, 0)
        func visit(_ node: Int) {
            index[node] = counter
            low[node] = counter
            counter += 1
            stack.append(node)
            for edge in edges[node] {
                if let seen = index[edge.target] {
                    if component[edge.target] < 0 { low[node] = min(low[node], seen) }
                } else {
                    visit(edge.target)
                    low[node] = min(low[node], low[edge.target])
                }
            }
            guard low[node] == index[node] else { return }
            while let top = stack.popLast() {
                component[top] = components
                if top == node { break }
            }
            components += 1
        }
        for node in edges.indices where index[node] == nil { visit(node) }
        return component
    }

    /// The weight of a minimal spanning forest, directions ignored.
    func spanningWeight() -> UInt64 {
        var parents = Array(edges.indices)
        func find(_ node: Int) -> Int {
            var node = node
            while parents[node] != node {
                parents[node] = parents[parents[node]]
                node = parents[node]
            }
            return node
        }
        let all = edges.enumerated().flatMap { from, edges in edges.map { (from, $0.target, $0.weight) } }
        return all.sorted { ($0.2, $0.0, $0.1) < ($1.2, $1.0, $1.1) }.reduce(0) { sum, edge in
            let (a, b) = (find(edge.0), find(edge.1))
            guard a != b else { return sum }
            parents[a] = b
            return sum + edge.2
        }
    }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var treap = Treap<UInt64>()
    var versions: [RedBlack<UInt64>] = [.empty]
    var heap = Heap<UInt64>(>)
    for i in 0..<n {
        let key = mix(i, n) >> 50
        treap.insert(key, priority: mix(key, 3))
        if i % 3 == 2 { sum = mix(sum, treap.removeFirst() ?? 7) }
        sum = mix(sum, UInt64(treap.count) &+ (treap[treap.count / 2] ?? 5) &+ (treap.contains(i) ? 1 : 0))
        versions.append(versions[versions.count - 1].inserting(key))
        heap.push(key)
        if i % 4 == 3 { sum = mix(sum, heap.pop() ?? 9) }
    }
    for version in versions.suffix(3) {
        sum = version.fold(sum) { mix($0, $1 &+ UInt64($2) << 40) }
    }
    while let key = heap.pop() { sum = mix(sum, key) }
    let graph = Graph(count: Int(n) + 1, seed: n)
    sum = graph.distances(from: 0).reduce(sum) { mix($0, $1 ?? 3) }
    sum = graph.components().reduce(sum) { mix($0, UInt64($1)) }
    return mix(sum, graph.spanningWeight())
}

#if hasFeature(Embedded)
// The search for components is recursive.
@section(".polkavm_min_stack_size") @used
let stackSize: UInt32 = 65_536

// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
