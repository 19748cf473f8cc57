// Chess: moves on bitboards, counted to a depth in positions whose numbers are published. A wrong number gives 0.

// MARK: Squares and bits

typealias Bitboard = UInt64

func lowest(_ board: Bitboard) -> Int { board.trailingZeroBitCount }

/// The squares of a bitboard, from a1 to h8.
struct Squares: Sequence, IteratorProtocol {
    var rest: Bitboard
    mutating func next() -> Int? {
        guard rest != 0 else { return nil }
        defer { rest &= rest &- 1 }
        return lowest(rest)
    }
}

enum File {
    static let a: Bitboard = 0x0101_0101_0101_0101
    static let h: Bitboard = a << 7
}

enum Color: Int {
    case white, black
    var other: Color { self == .white ? .black : .white }
}

enum Kind: Int, CaseIterable {
    case pawn, knight, bishop, rook, queen, king
}

// MARK: Attacks

struct Attacks: Sendable {
    /// A step of a piece, as files and ranks.
    typealias Step = (file: Int, rank: Int)

    let knight: [Bitboard]
    let king: [Bitboard]
    /// Where pawns of a colour on a square capture.
    let pawn: [[Bitboard]]
    /// All squares from one on in each of eight directions; the first four go up.
    let rays: [[Bitboard]]

    static let directions: [Step] = [(0, 1), (1, 0), (1, 1), (-1, 1), (0, -1), (-1, 0), (-1, -1), (1, -1)]

    init() {
        func targets(_ square: Int, _ steps: [Step], repeating: Bool = false) -> Bitboard {
            var result: Bitboard = 0
            for step in steps {
                var (file, rank) = (square % 8 + step.file, square / 8 + step.rank)
                while 0..<8 ~= file, 0..<8 ~= rank {
                    result |= 1 << Bitboard(rank * 8 + file)
                    guard repeating else { break }
                    file += step.file
                    rank += step.rank
                }
            }
            return result
        }
        let jumps: [Step] = [(1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2)]
        knight = (0..<64).map { targets($0, jumps) }
        king = (0..<64).map { targets($0, Self.directions) }
        pawn = [1, -1].map { rank in (0..<64).map { targets($0, [(-1, rank), (1, rank)]) } }
        rays = Self.directions.map { direction in (0..<64).map { targets($0, [direction], repeating: true) } }
    }

    /// The squares of a ray up to the first piece, including that.
    private func ray(_ direction: Int, _ square: Int, _ occupied: Bitboard) -> Bitboard {
        let ray = rays[direction][square]
        let blockers = ray & occupied
        guard blockers != 0 else { return ray }
        // The nearest piece is the lowest square in directions that go up, the highest in the others.
        let first = direction < 4 ? lowest(blockers) : 63 - blockers.leadingZeroBitCount
        return ray & ~rays[direction][first]
    }

    func rook(_ square: Int, _ occupied: Bitboard) -> Bitboard {
        ray(0, square, occupied) | ray(1, square, occupied) | ray(4, square, occupied) | ray(5, square, occupied)
    }

    func bishop(_ square: Int, _ occupied: Bitboard) -> Bitboard {
        ray(2, square, occupied) | ray(3, square, occupied) | ray(6, square, occupied) | ray(7, square, occupied)
    }
}

let attacks = Attacks()

// MARK: Position

struct Castling: OptionSet {
    let rawValue: UInt8
    static let whiteKing = Castling(rawValue: 1)
    static let whiteQueen = Castling(rawValue: 2)
    static let blackKing = Castling(rawValue: 4)
    static let blackQueen = Castling(rawValue: 8)

    static func ofKing(_ color: Color) -> Castling { color == .white ? whiteKing : blackKing }
    static func ofQueen(_ color: Color) -> Castling { color == .white ? whiteQueen : blackQueen }

    /// What is lost when something moves from or to a square.
    static func lost(at square: Int) -> Castling {
        switch square {
        case 0: whiteQueen
        case 4: [whiteKing, whiteQueen]
        case 7: whiteKing
        case 56: blackQueen
        case 60: [blackKing, blackQueen]
        case 63: blackKing
        default: []
        }
    }
}

struct Move {
    let from: Int
    let to: Int
    let kind: Kind
    var promotion: Kind? = nil
    var isEnPassant = false
}

struct Position {
    private var pieces: InlineArray<12, Bitboard> = InlineArray(repeating: 0)
    private var occupied: InlineArray<2, Bitboard> = InlineArray(repeating: 0)
    private(set) var turn = Color.white
    private var castling: Castling = []
    private var enPassant: Int? = nil

    /// Reads the first four fields of Forsyth-Edwards notation.
    init(_ notation: StaticString) {
        var field = 0
        var square = 56
        for index in 0..<notation.utf8CodeUnitCount {
            let character = notation.utf8Start[index]
            switch (field, character) {
            case (_, UInt8(ascii: " ")): field += 1
            case (0, UInt8(ascii: "/")): square -= 16
            case (0, UInt8(ascii: "1")...UInt8(ascii: "8")): square += Int(character - 48)
            case (0, _):
                let color = character < 97 ? Color.white : .black
                let kind: Kind
                switch character | 32 {
                case UInt8(ascii: "p"): kind = .pawn
                case UInt8(ascii: "n"): kind = .knight
                case UInt8(ascii: "b"): kind = .bishop
                case UInt8(ascii: "r"): kind = .rook
                case UInt8(ascii: "q"): kind = .queen
                default: kind = .king
                }
                toggle(kind, color, square)
                square += 1
            case (1, _): turn = character == UInt8(ascii: "w") ? .white : .black
            case (2, UInt8(ascii: "K")): castling.insert(.whiteKing)
            case (2, UInt8(ascii: "Q")): castling.insert(.whiteQueen)
            case (2, UInt8(ascii: "k")): castling.insert(.blackKing)
            case (2, UInt8(ascii: "q")): castling.insert(.blackQueen)
            case (3, UInt8(ascii: "a")...UInt8(ascii: "h")): square = Int(character - 97)
            case (3, UInt8(ascii: "1")...UInt8(ascii: "8")): enPassant = square + Int(character - 49) * 8
            default: break
            }
        }
    }

    private func pieces(_ kind: Kind, _ color: Color) -> Bitboard { pieces[color.rawValue * 6 + kind.rawValue] }

    private mutating func toggle(_ kind: Kind, _ color: Color, _ square: Int) {
        pieces[color.rawValue * 6 + kind.rawValue] ^= 1 << Bitboard(square)
        occupied[color.rawValue] ^= 1 << Bitboard(square)
    }

    private func isAttacked(_ square: Int, by color: Color) -> Bool {
        let all = occupied[0] | occupied[1]
        if attacks.pawn[color.other.rawValue][square] & pieces(.pawn, color) != 0 { return true }
        if attacks.knight[square] & pieces(.knight, color) != 0 { return true }
        if attacks.king[square] & pieces(.king, color) != 0 { return true }
        if attacks.rook(square, all) & (pieces(.rook, color) | pieces(.queen, color)) != 0 { return true }
        return attacks.bishop(square, all) & (pieces(.bishop, color) | pieces(.queen, color)) != 0
    }

    /// Whether the side that moved last may have done so.
    private var isLegal: Bool { !isAttacked(lowest(pieces(.king, turn.other)), by: turn) }

    /// The moves of pieces, some of which may leave the king attacked.
    private func moves(_ body: (Move) -> Void) {
        let own = occupied[turn.rawValue]
        let all = own | occupied[turn.other.rawValue]
        for kind in Kind.allCases where kind != .pawn {
            for from in Squares(rest: pieces(kind, turn)) {
                let targets =
                    switch kind {
                    case .knight: attacks.knight[from]
                    case .bishop: attacks.bishop(from, all)
                    case .rook: attacks.rook(from, all)
                    case .queen: attacks.rook(from, all) | attacks.bishop(from, all)
                    default: attacks.king[from]
                    }
                for to in Squares(rest: targets & ~own) { body(Move(from: from, to: to, kind: kind)) }
            }
        }
        pawnMoves(all, body)
        castlingMoves(all, body)
    }

    private func pawnMoves(_ all: Bitboard, _ body: (Move) -> Void) {
        let isWhite = turn == .white
        let forward = isWhite ? 8 : -8
        let enemies = occupied[turn.other.rawValue]
        func add(_ from: Int, _ to: Int) {
            guard to >= 56 || to < 8 else { return body(Move(from: from, to: to, kind: .pawn)) }
            for kind: Kind in [.queen, .rook, .bishop, .knight] {
                body(Move(from: from, to: to, kind: .pawn, promotion: kind))
            }
        }
        for from in Squares(rest: pieces(.pawn, turn)) {
            let one = from + forward
            if all >> Bitboard(one) & 1 == 0 {
                add(from, one)
                let two = one + forward
                if from / 8 == (isWhite ? 1 : 6), all >> Bitboard(two) & 1 == 0 { add(from, two) }
            }
            let captures = attacks.pawn[turn.rawValue][from]
            for to in Squares(rest: captures & enemies) { add(from, to) }
            if let enPassant, captures >> Bitboard(enPassant) & 1 == 1 {
                body(Move(from: from, to: enPassant, kind: .pawn, isEnPassant: true))
            }
        }
    }

    private func castlingMoves(_ all: Bitboard, _ body: (Move) -> Void) {
        let home = turn == .white ? 4 : 60
        let enemy = turn.other
        let squares = all >> Bitboard(home - 4)
        if castling.contains(.ofKing(turn)), squares & 0x60 == 0, !isAttacked(home, by: enemy),
            !isAttacked(home + 1, by: enemy)
        {
            body(Move(from: home, to: home + 2, kind: .king))
        }
        if castling.contains(.ofQueen(turn)), squares & 0x0e == 0, !isAttacked(home, by: enemy),
            !isAttacked(home - 1, by: enemy)
        {
            body(Move(from: home, to: home - 2, kind: .king))
        }
    }

    /// The position after a move, nil if that leaves the king attacked.
    private func after(_ move: Move) -> Position? {
        var next = self
        let enemy = turn.other
        let target: Bitboard = 1 << Bitboard(move.to)
        if occupied[enemy.rawValue] & target != 0,
            let captured = Kind.allCases.first(where: { pieces($0, enemy) & target != 0 })
        {
            next.toggle(captured, enemy, move.to)
        }
        if move.isEnPassant { next.toggle(.pawn, enemy, move.to + (turn == .white ? -8 : 8)) }
        next.toggle(move.kind, turn, move.from)
        next.toggle(move.promotion ?? move.kind, turn, move.to)
        if move.kind == .king, abs(move.to - move.from) == 2 {
            let isShort = move.to > move.from
            next.toggle(.rook, turn, isShort ? move.to + 1 : move.to - 2)
            next.toggle(.rook, turn, isShort ? move.to - 1 : move.to + 1)
        }
        let isDouble = move.kind == .pawn && abs(move.to - move.from) == 16
        next.enPassant = isDouble ? (move.from + move.to) / 2 : nil
        next.castling.subtract(.lost(at: move.from))
        next.castling.subtract(.lost(at: move.to))
        next.turn = enemy
        return next.isLegal ? next : nil
    }

    /// How many sequences of moves of a length there are.
    func perft(_ depth: UInt64) -> UInt64 {
        guard depth > 0 else { return 1 }
        var count: UInt64 = 0
        moves { move in
            if let next = after(move) { count += depth == 1 ? 1 : next.perft(depth - 1) }
        }
        return count
    }
}

// MARK: Published positions

/// Positions with the numbers for depths 1, 2, 3…, from the Chess Programming Wiki.
let published: [(notation: StaticString, counts: [UInt64])] = [
    ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq -", [20, 400, 8902, 197_281]),
    ("r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq -", [48, 2039, 97_862]),
    ("8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - -", [14, 191, 2812, 43_238]),
    ("r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq -", [6, 264, 9467]),
    ("rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ -", [44, 1486, 62_379]),
    ("r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - -", [46, 2079, 89_890]),
]

func check(_ index: Int, depth: UInt64) -> UInt64? {
    let (notation, counts) = published[index]
    guard 1...UInt64(counts.count) ~= depth else { return nil }
    let count = Position(notation).perft(depth)
    return count == counts[Int(depth) - 1] ? count : nil
}

/// With 1 to 9 all positions to this depth; with ten times a depth and a position's number, that position.
@c public func run(_ n: UInt64) -> UInt64 {
    if n >= 10 { return check(Int(n % 10) % published.count, depth: n / 10) ?? 0 }
    var sum: UInt64 = 0
    for index in published.indices {
        for depth in 1...max(n, 1) {
            guard let count = check(index, depth: depth) else { return 0 }
            sum = sum &* 31 &+ count
        }
    }
    return sum
}

#if hasFeature(Embedded)
// The tables of attacks take more stack while they are made than there is without asking.
@section(".polkavm_min_stack_size") @used
let stackSize: UInt32 = 65_536

// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
