// What a contract told, read again.

/// An event with its values.
public struct DecodedEvent: Hashable, Sendable, CustomStringConvertible {
    /// What a parameter was.
    public enum Value: Hashable, Sendable {
        /// The value itself.
        case value(ABIValue)
        /// The hash of a value, which is all that a topic has of strings, bytes, arrays and tuples.
        case hash(Hash256)
    }

    /// Which event it is.
    public let event: ABIEvent
    /// A value for each parameter of the event.
    public let values: [Value]

    /// Reads an event from a log.
    ///
    /// - Throws: topics or data that are not the event's.
    public init(_ event: ABIEvent, topics: [Hash256], data: [UInt8]) throws(ABIError) {
        guard topics.count == event.topicCount, event.isAnonymous || topics.first == event.topic else {
            throw ABIError(
                .unknown, expected: "\(ABIEncoder.count(event.topicCount, "topic")) of \(event.signature)",
                found: topics.isEmpty ? "none" : "\(topics.count), the first \(topics[0])")
        }
        var words = topics.dropFirst(event.isAnonymous ? 0 : 1)
        var rest = try ABIDecoder.decode(data, as: event.inputs.filter { !$0.isIndexed })[...]
        var values: [Value] = []
        for (index, input) in event.inputs.enumerated() {
            guard input.isIndexed else {
                values.append(.value(rest.removeFirst()))
                continue
            }
            let word = words.removeFirst()
            guard input.type.isWord else {
                values.append(.hash(word))
                continue
            }
            do throws(ABIError) {
                values.append(.value(try ABIDecoder.value(of: word.bigEndian, input.type)))
            } catch {
                throw error.inside(input.label(index))
            }
        }
        self.event = event
        self.values = values
    }

    /// `Transfer(from: 0x…, to: 0x…, value: 5)`.
    public var description: String { text { $0.description } }

    /// `Transfer(from: 0x…, to: 0x…, value: 5)`, with what addresses shall be called.
    public func text(address: (Address) -> String) -> String {
        let parts = zip(event.inputs, values).map { input, value in
            let text =
                switch value {
                case .value(let value): value.text(address: address)
                case .hash(let hash): "keccak \(hash)"
                }
            return input.name.isEmpty ? text : "\(input.name): \(text)"
        }
        return "\(event.name)(\(parts.joined(separator: ", ")))"
    }
}

extension ABIEvent {
    /// The topics and the data of a log of the event.
    public func log(_ values: [ABIValue]) throws(ABIError) -> (topics: [Hash256], data: [UInt8]) {
        guard values.count == inputs.count else {
            throw ABIError(.count, expected: ABIEncoder.count(inputs.count, "value"), found: "\(values.count)")
        }
        var topics = isAnonymous ? [] : [topic]
        var others: [ABIValue] = []
        for (index, (input, value)) in zip(inputs, values).enumerated() {
            guard input.isIndexed else {
                others.append(value)
                continue
            }
            do throws(ABIError) {
                topics.append(
                    input.type.isWord
                        ? Hash256(bigEndian: try ABIEncoder.word(value, input.type))
                        : Hash256(keccakOf: try ABIEncoder.topicData(value, input.type)))
            } catch {
                throw error.inside(input.label(index))
            }
        }
        return (topics, try ABIEncoder.encode(others, as: inputs.filter { !$0.isIndexed }))
    }
}

extension ContractABI {
    /// The event that a log is; nil if the contract declares none with such topics and data.
    public func event(topics: [Hash256], data: [UInt8]) -> DecodedEvent? {
        for event in events where event.topicCount == topics.count {
            guard !event.isAnonymous else { continue }
            if topics.first == event.topic, let decoded = try? DecodedEvent(event, topics: topics, data: data) {
                return decoded
            }
        }
        return nil
    }
}
