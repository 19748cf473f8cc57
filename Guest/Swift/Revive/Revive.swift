// The module for contracts of pallet-revive. `Host` has what the host offers; ReviveFunctions.swift is generated.

@_exported import PVM
