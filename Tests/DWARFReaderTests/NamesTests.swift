// Names of Swift symbols: readable, and never at any price.

import Testing

@testable import DWARFReader

@Suite struct NamesTests {
    @Test(arguments: [
        ("$e1a5third2of_SiSaySiG_SitF", "third(of:_:)"),
        ("$e1a5StackV4pushyyxFAA5ShapeO_Tg5", "Stack.push(_:)"),
        ("$e1a5ShapeO4areaSivg", "Shape.area.getter"),
        ("$e1a5startyS2iFS2iXEfU_", "closure #1 in start(_:)"),
        ("$e1a5startyS2iFS2iXEfU_TA", "closure #1 in start(_:)"),
        (
            "$eSa13_adoptStorage_5countSayxG_SpyxGts016_ContiguousArrayB0CyxGn_SitFZSi_Tt1g5",
            "Array._adoptStorage(_:count:)"
        ),
        ("$es12_SmallStringV_9appendingABSgAB_ABtcfC", "_SmallString.init(_:appending:)"),
        (
            "$es11_StringGutsV24_foreignConvertedToSmall33_408A76AB043BD3EFBAB6FAAAAA9B4914LLs01_fA0VyF",
            "_StringGuts._foreignConvertedToSmall()"
        ),
        (
            "$eSKsSS7ElementRtzrlE6joined9separatorS2S_tFSaySSG_Tg5",
            "BidirectionalCollection.joined(separator:)"
        ),
        ("$eSi1loiySbSi_SitFZ", "Int.<(_:_:)"),
    ])
    func readable(symbol: String, name: String) {
        var demangler = SwiftDemangler()
        let text = demangler.text(of: symbol)
        #expect(text.map(SwiftName.readable) == name)
    }

    /// What is no name of Swift stays what it is.
    @Test func others() {
        var demangler = SwiftDemangler()
        for symbol in ["main", "", "_ZN1a1bEv", "$", "$e", "$s", "$snonsense", "memcpy"] {
            let text = demangler.text(of: symbol)
            #expect(text == nil)
        }
        for text in [
            "", "(", "<", "a.", ".", " ", "closure #", "closure #1 in ", "of of of ", "a.b(", "(extension in ",
        ] {
            _ = SwiftName.readable(text)
        }
    }

    /// A dictionary of dictionaries: each level names the one before twice, so 120 letters stand for 250 MB.
    @Test func doublingNames() {
        var type = "SDySiSiG"
        for level in 0..<22 {
            let letter = Character(UnicodeScalar(UInt8(ascii: "A") + UInt8(level)))
            type = "SDy\(type)A\(letter)G"
        }
        let symbol = "$s1a1fyy\(type)F"
        var demangler = SwiftDemangler()
        #expect(SwiftDemangler.references(in: symbol) == 22)
        let text = demangler.text(of: symbol)
        #expect(text == nil)
    }

    /// References in several at once and repeated, and letters that are none.
    @Test func references() {
        #expect(SwiftDemangler.references(in: "$s4main3fooyyAA3BarVF") == 1)
        #expect(SwiftDemangler.references(in: "$s4main5ArrayV3AddyyF") == 2)
        #expect(SwiftDemangler.references(in: "$s20ArrayAndArrayAndAAAA3fooyyF") == 0)
        #expect(SwiftDemangler.references(in: "$s1a1fyyAbcD_tF") == 3)
        #expect(SwiftDemangler.references(in: "$s1a1fyyA2b300cD_tF") == 303)
        #expect(SwiftDemangler.references(in: "$s1aU5_AAABACF") >= 3)
    }
}
