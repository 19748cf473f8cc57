// The module for services and authorizers of JAM. `Host` has what the host offers; JAMFunctions.swift is generated.
//
// One source for all versions: numbers and values come from the C headers, for the version that is built for. What only one
// version has is there under a condition, PVM_JAM_0_7_2 or PVM_JAM_0_8_0, which guests may ask as well.

@_exported import PVM
