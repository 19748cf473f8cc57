#include "pvm_system.h"
