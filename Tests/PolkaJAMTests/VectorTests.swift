// JAM's bytes against those that vectors.py makes of Python's integers and hashlib.

import PolkaABI
import PolkaJAM
import Testing

@Suite struct VectorTests {
    @Test(arguments: [
        (0, "00"), (1, "01"), (127, "7f"), (128, "8080"), (255, "80ff"), (256, "8100"), (16383, "bfff"),
        (16384, "c00040"), (2_097_151, "dfffff"), (2_097_152, "e0000020"), (268_435_455, "efffffff"),
        (268_435_456, "f000000010"), (34_359_738_367, "f7ffffffff"), (4_398_046_511_104, "fc000000000004"),
        (562_949_953_421_312, "fe00000000000002"), (72_057_594_037_927_935, "feffffffffffffff"),
        (72_057_594_037_927_936, "ff0000000000000001"), (UInt64.max, "ffffffffffffffffff"),
    ])
    func naturals(_ value: UInt64, _ hex: String) {
        var encoder = JAMEncoder()
        encoder.natural(value)
        #expect(Hex.text(encoder.bytes) == "0x" + hex)
        var decoder = JAMDecoder(encoder.bytes)
        #expect(decoder.natural() == value)
        #expect(decoder.rest == [])
    }

    /// Only the shortest form of a number is one, and what breaks off is none.
    @Test(arguments: ["8000", "807f", "c00000", "c0ff3f", "ff00000000000000", "ff0000000000000000", "80", "fe", ""])
    func noNaturals(_ hex: String) throws {
        var decoder = JAMDecoder(try #require(Hex.bytes(hex)))
        #expect(decoder.natural() == nil)
    }

    /// The package of vectors.py.
    static var package: WorkPackage {
        var package = WorkPackage()
        package.authorizerHost = 33
        package.authorizerCodeHash = hash(11)
        package.authorizationToken = Array("token".utf8)
        package.context.anchor = hash(1)
        package.context.stateRoot = hash(2)
        package.context.outputRoot = hash(3)
        package.context.lookupAnchor = hash(4)
        package.context.lookupAnchorSlot = 0x0102_0304
        package.context.prerequisites = [hash(5), hash(6)]
        var first = WorkItem(service: 70_000, codeHash: hash(9), refineGas: 5_000_000, accumulateGas: 1_000_000)
        first.exportCount = 2
        first.payload = Array(0..<200)
        first.imports = [
            ImportedSegment(root: hash(7), index: 3, data: [1]),
            ImportedSegment(root: hash(8), isPackageHash: true, index: 4, data: [2]),
        ]
        first.extrinsics = [Array("first".utf8), []]
        package.items = [first, WorkItem(service: 100, codeHash: hash(10), refineGas: 1 << 40, accumulateGas: 7)]
        return package
    }

    @Test func workPackage() {
        let package = Self.package
        #expect(package.encoded.count == 696)
        #expect(
            package.hash.description == "0xbda9e280dca22b938991ee63cf25a154532d7b6e89af87bb68e0e56dc0972804")
        #expect(
            package.authorizerHash.description
                == "0x2508177e3f553ec05f2426f50f210c7abf542e5323b8459e175233be6e67bb91")
        #expect(
            Hash256(blakeOf: package.context.encoded).description
                == "0x68ee7785c3ac99e4bc9502eaa217e6d068ae2e729a4c9d1184f003389d429382")
        #expect(
            Hex.text(package.items[0].summary)
                == "0x7011010009090909090909090909090909090909090909090909090909090909090909"
                + "09404b4c000000000040420f0000000000020002000200c8000000")
    }

    static var inputs: [AccumulateInput] {
        var operand = AccumulateOperand(result: .output(Array("out".utf8)), gas: 1 << 33)
        (operand.packageHash, operand.segmentRoot) = (hash(1), hash(2))
        (operand.authorizerHash, operand.payloadHash) = (hash(3), hash(4))
        operand.trace = Array("trace".utf8)
        var failed = operand
        (failed.gas, failed.result, failed.trace) = (5, .panic, [])
        let transfer = DeferredTransfer(source: 1, destination: 2, amount: 3, memo: Array("memo".utf8), gas: 4)
        return [.operand(operand), .operand(failed), .transfer(transfer)]
    }

    @Test func refineArguments() {
        let arguments = JAMMachine.refineArguments(Self.package, item: 0, core: 300)
        let payload = (0..<200).map { UInt8($0) }
        let end = "bda9e280dca22b938991ee63cf25a154532d7b6e89af87bb68e0e56dc0972804"
        #expect(Hex.text(arguments) == "0x812c00c1701180c8" + Hex.text(payload).dropFirst(2) + end)
    }

    @Test func accumulateArguments() {
        let arguments = JAMMachine.accumulateArguments(slot: 1 << 20, service: 70_000, inputCount: 3)
        #expect(Hex.text(arguments) == "0xd00000c1701103")
    }

    @Test func parameters() {
        let old = ProtocolParameters().encoded(for: .v072)
        let new = ProtocolParameters().encoded(for: .v080)
        #expect((old.count, new.count) == (134, 122))
        #expect(
            Hash256(blakeOf: old).description == "0xd2ea6b40a61ccdd7720d270240f320b2a8e23f81c9d466f21f5400d0030fbd74")
        #expect(
            Hash256(blakeOf: new).description == "0xb09c75528ad831a2931d2e18306a5c6005043edeb3cd03e305e859b9e8aa98f8")
    }

    /// Code is stored behind its metadata, whose length must be there.
    @Test func serviceCode() throws {
        let code = ServiceCode(metadata: [7, 8], program: [1, 2, 3])
        #expect(code.preimage == [2, 7, 8, 1, 2, 3])
        #expect(ServiceCode(preimage: code.preimage) == code)
        #expect(ServiceCode(preimage: [3, 1, 2]) == nil)
        #expect(ServiceCode(preimage: []) == nil)
    }
}
