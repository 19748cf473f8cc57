// libelf and its class-independent layer, as one Swift module.
#include <elf.h>
#include <gelf.h>
#include <libelf.h>
