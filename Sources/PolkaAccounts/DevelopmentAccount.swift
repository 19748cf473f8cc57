// Accounts that everybody knows the keys of, for chains that nobody else is on.

public import PolkaABI

/// An account of a chain at home.
///
/// Key number n is the Keccak-256 hash of the text `pvm dev account n`.
public struct DevelopmentAccount: Hashable, Sendable {
    /// Names of the first ten, for command lines.
    public static let names = ["alice", "bob", "charlie", "dave", "eve", "ferdie", "grace", "heidi", "ivan", "judy"]

    /// The number, from 0.
    public let index: Int
    /// What signs for it.
    public let key: PrivateKey
    /// Its address.
    public let address: Address

    /// The account of a number.
    public init(_ index: Int) {
        // One hash of 2¹²⁸ is no key; it would be hashed again.
        var hash = Keccak256.hash("pvm dev account \(index)".utf8)
        while true {
            if let key = PrivateKey(bytes: hash) {
                self.index = index
                self.key = key
                address = key.address
                return
            }
            hash = Keccak256.hash(hash)
        }
    }

    /// The account of a name in any case, such as `ALICE`; nil for other words.
    public init?(named name: some StringProtocol) {
        guard let index = Self.names.firstIndex(of: name.lowercased()) else { return nil }
        self.init(index)
    }

    /// The first accounts.
    public static func first(_ count: Int) -> [DevelopmentAccount] { (0..<count).map { DevelopmentAccount($0) } }

    /// What command lines call it, if it is one of the first ten.
    public var name: String? { Self.names.indices.contains(index) ? Self.names[index] : nil }
}
