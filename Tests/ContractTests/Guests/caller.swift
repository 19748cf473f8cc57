// A contract that calls what is at an address, whatever that is.

import Revive

@ContractInterface protocol Sink {
    func take(value: U256)
    func ask() -> U256
}

@Contract struct Caller {
    @Call func feed(to: Address) { SinkClient(to).take(value: 1) }
    @Call func tryFeed(to: Address) { _ = SinkClient(to).tryTake(value: 1) }
    @Call func ask(of: Address) -> U256 { SinkClient(of).ask() }
    @Call(.payable) func pay(to: Address) { to.transfer(Message.value) }
    @Call(.payable) func send(to: Address) -> Bool {
        if case .returned = to.call(Bytes([1, 2, 3]), value: Message.value) { return true }
        return false
    }
}
