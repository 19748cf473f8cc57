// Why a run stopped. What the guest does wrong is a value here, never a Swift error (vm.md 4).

/// The reason why the guest stopped running.
public enum Exit: Sendable, Equatable {
    /// The guest returned to the host; results are in a0 and a1.
    case finished
    /// The guest did something that has no meaning, or asked for it with `trap`; `Instance.trapReason` tells which.
    case trap
    /// The guest touched a page that it may not touch; the host can map it and run on.
    case pageFault(PageFault)
    /// The next block costs more gas than is left; the host can add gas and run on.
    case outOfGas
    /// The guest called the host function of a number; running on returns from it.
    case hostCall(UInt32)
    /// The run was cancelled from outside, at the start of a block; the host can run on.
    case cancelled
}

/// The page whose absence or protection stopped the guest.
public struct PageFault: Sendable, Equatable {
    /// Where the page starts.
    public var address: UInt32
    /// Bytes per page of the module.
    public var pageSize: UInt32
    /// True if the page is there, but may only be read.
    public var isWriteProtected: Bool

    /// Makes a value of its properties.
    public init(address: UInt32, pageSize: UInt32, isWriteProtected: Bool = false) {
        self.address = address
        self.pageSize = pageSize
        self.isWriteProtected = isWriteProtected
    }
}
