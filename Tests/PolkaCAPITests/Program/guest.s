// What the C program calls: one export for each thing that can happen.

%isa = latest64
%stack_size = 4096
%rw_data_size = 8
%import 0 = 'ask'
%import 1 = 'again'
%import 2 = 'nobody'
%import 3 = 'pvm_console_write'
%import 4 = 'pvm_console_read'

pub @add:
    a0 = a0 + a1
    ret
// The answer of the host, and one more.
pub @ask:
    ecalli 0
    a0 = a0 + 1
    ret
pub @again:
    ecalli 1
    a0 = a0 + 1
    ret
pub @nobody:
    ecalli 2
    a0 = a0 + 1
    ret
pub @print:
    ecalli 3
    ret
pub @scan:
    ecalli 4
    ret
pub @crash:
    trap
pub @load:
    a0 = u64 [a0]
    ret
pub @store:
    u64 [a0] = a1
    ret
// Counts its calls in its memory.
pub @count:
    a0 = u64 [0x20000]
    a0 = a0 + 1
    u64 [0x20000] = a0
    ret
// The sum of all arguments.
pub @sum:
    a0 = a0 + a1
    a0 = a0 + a2
    a0 = a0 + a3
    a0 = a0 + a4
    a0 = a0 + a5
    a0 = a0 + t0
    a0 = a0 + t1
    a0 = a0 + t2
    ret
pub @spin:
    jump @spin
