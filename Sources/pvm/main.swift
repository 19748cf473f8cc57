// The executable: everything is in PolkaCommands.

import PolkaCommands

await PVMCommand.runAndExit()
