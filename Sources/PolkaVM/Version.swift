// Which pvm this is.

/// The version of the tool and its libraries.
package enum ToolVersion {
    package static let text = "0.1.0"
}
