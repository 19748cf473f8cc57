// What calls of host functions cost, as the tables of interfaces say it.

/// What a call costs in a case, in units of gas.
package struct HostGasRule: Equatable, Sendable {
    /// A part that grows with what is asked for.
    package struct Term: Equatable, Sendable {
        /// For each unit; from the lowest to the highest where it depends on what is asked for.
        package let cost: ClosedRange<UInt64>
        /// What is counted, rounded up: `KiB`, `page`, `entry` and others.
        package let unit: String
        /// Of what, where there is a choice.
        package let subject: String?

        package init(_ cost: ClosedRange<UInt64>, per unit: String, of subject: String? = nil) {
            self.cost = cost
            self.unit = unit
            self.subject = subject
        }
    }

    /// When the rule holds, if the function has several.
    package let when: String?
    /// From the lowest to the highest where it depends on what is asked for.
    package let base: ClosedRange<UInt64>
    package let terms: [Term]

    package init(when: String? = nil, base: ClosedRange<UInt64>, terms: [Term]) {
        self.when = when
        self.base = base
        self.terms = terms
    }
}
