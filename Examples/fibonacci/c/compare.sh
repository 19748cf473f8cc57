#!/bin/sh
# Prints what becomes of `fibonacci`: at the left the PVM's instructions, at the right those of clang for x86-64. There it
# would take eight turns of the loop at a time, which hides how alike the two are; so it is told not to.
#
# Run it in this folder, when the guest has been built.

set -eu
include=../../../Guest/include

# Into files first: of a pipe the shell looks only at the last command.
pvm disasm build/fibonacci.polkavm > build/listing.txt
clang --target=x86_64-linux-gnu -O2 -fno-unroll-loops -masm=intel -S -o build/x86-64.s -I "$include" Sources/fibonacci.c

# From the start of the function to the empty line behind it.
sed -n "/'fibonacci'/,/^$/{/^$/!p;}" build/listing.txt > build/pvm.txt
# Instructions and labels, without comments and directives.
sed 's/ *#.*//; /^\t[.]/d; /^[.]Lfunc_end/d; /^$/d; s/^\t/    /; s/\t/ /' build/x86-64.s > build/x86-64.txt

awk 'NR == FNR { left[++count] = $0; next }
     { printf "%-40s%s\n", left[++line], $0 }
     END { while (line < count) print left[++line] }' build/pvm.txt build/x86-64.txt
