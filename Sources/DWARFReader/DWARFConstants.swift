// Numbers of the DWARF format, versions 2 to 5, under the names the standard gives them, as far as functions and lines need
// them.

/// What a debugging information entry describes (DWARF 5, 7.5.3).
enum Tag {
    static let classType: UInt64 = 0x02
    static let enumerationType: UInt64 = 0x04
    static let structureType: UInt64 = 0x13
    static let unionType: UInt64 = 0x17
    static let interfaceType: UInt64 = 0x38
    static let compileUnit: UInt64 = 0x11
    static let inlinedSubroutine: UInt64 = 0x1d
    static let module: UInt64 = 0x1e
    static let subprogram: UInt64 = 0x2e
    static let namespace: UInt64 = 0x39
    static let partialUnit: UInt64 = 0x3c
    static let skeletonUnit: UInt64 = 0x4a
}

/// The attributes that are read (DWARF 5, 7.5.4).
enum Attribute: UInt64 {
    case name = 0x03
    case statementList = 0x10
    case lowPC = 0x11
    case highPC = 0x12
    case compilationFolder = 0x1b
    case abstractOrigin = 0x31
    case declarationFile = 0x3a
    case declarationLine = 0x3b
    case specification = 0x47
    case ranges = 0x55
    case callColumn = 0x57
    case callFile = 0x58
    case callLine = 0x59
    case linkageName = 0x6e
    case stringOffsetsBase = 0x72
    case addressBase = 0x73
    case rangeListsBase = 0x74
    /// What compilers wrote before DWARF 4 had `linkageName`.
    case vendorLinkageName = 0x2007
}

/// How the value of an attribute is stored (DWARF 5, 7.5.6).
enum Form: UInt64 {
    case addr = 0x01
    case block2 = 0x03
    case block4, data2, data4, data8, string, block, block1, data1, flag, sdata, strp, udata, refAddr, ref1, ref2
    case ref4, ref8, refUdata, indirect, secOffset, exprloc, flagPresent, strx, addrx, refSup4, strpSup, data16
    case lineStrp, refSig8, implicitConst, loclistx, rnglistx, refSup8, strx1, strx2, strx3, strx4
    case addrx1, addrx2, addrx3, addrx4
    case gnuAddrIndex = 0x1f01
    case gnuStrIndex = 0x1f02
    case gnuRefAlt = 0x1f20
    case gnuStrpAlt = 0x1f21
}

/// What the header of a unit of version 5 says that it holds (DWARF 5, 7.5.1).
enum UnitType: UInt64 {
    case compile = 1
    case type, partial, skeleton, splitCompile, splitType
}

/// Operations of a line number program (DWARF 5, 7.22).
enum LineOperation: UInt8 {
    case extended = 0
    case copy, advancePC, advanceLine, setFile, setColumn, negateStatement, setBasicBlock, constAddPC, fixedAdvancePC
    case setPrologueEnd, setEpilogueBegin, setISA
}

/// Extended operations of a line number program.
enum ExtendedLineOperation: UInt8 {
    case endSequence = 1
    case setAddress, defineFile, setDiscriminator
}

/// What a column of a table of files or folders in version 5 holds (DWARF 5, 7.22).
enum LineContent: UInt64 {
    case path = 1
    case folderIndex
}

/// Entries of a list of ranges in version 5 (DWARF 5, 7.25).
enum RangeListEntry: UInt8 {
    case endOfList = 0
    case baseAddressx, startxEndx, startxLength, offsetPair, baseAddress, startEnd, startLength
}
