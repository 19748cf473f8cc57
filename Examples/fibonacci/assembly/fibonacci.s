// Fibonacci numbers in PVM assembly (Documentation/assembly.md), and their tests. `pvm test` calls each export whose name
// begins with "test" in an instance of its own; one that traps has failed.

%isa = latest64
%stack_size = 4096

// The n-th number, modulo 2^64. In: a0 is n. Out: a0. Changes a1, a2, a3.
pub @fibonacci:
    a1 = 0                          // the current number
    a2 = 1                          // the next one
    jump @done if a0 == 0
@turn:
    a3 = a1 + a2
    a1 = a2
    a2 = a3
    a0 = a0 - 1
    jump @turn if a0 != 0
@done:
    a0 = a1
    ret

// Compares with the numbers of the data below, one after the other. A function that is called leaves sp, s0 and s1 as they
// were: so they hold across a call what is needed afterwards, and are saved here for whoever called the test.
pub @test_first_numbers:
    sp = sp - 24
    u64 [sp] = ra
    u64 [sp + 8] = s0
    u64 [sp + 16] = s1
    s0 = 0                          // n
    s1 = 0x10000                    // where the expected number is: read-only data begins there
@next:
    a0 = s0
    ra = @compared                  // a call: where to go on, then the jump
    jump @fibonacci
@compared:
    a1 = u64 [s1]
    jump @failed if a0 != a1
    s0 = s0 + 1
    s1 = s1 + 8
    jump @next if s0 <u 10
    ra = u64 [sp]
    s0 = u64 [sp + 8]
    s1 = u64 [sp + 16]
    sp = sp + 24
    ret
@failed:
    trap

// 93 is the last that fits.
pub @test_last_that_fits:
    sp = sp - 8
    u64 [sp] = ra
    a0 = 93
    ra = @returned
    jump @fibonacci
@returned:
    a1 = i64 12200160415121876738
    jump @wrong if a0 != a1
    ra = u64 [sp]
    sp = sp + 8
    ret
@wrong:
    trap

// 0, 1, 1, 2, 3, 5, 8, 13, 21, 34, each in eight bytes, the lowest first.
%ro_data = 0000000000000000
%ro_data = 0100000000000000
%ro_data = 0100000000000000
%ro_data = 0200000000000000
%ro_data = 0300000000000000
%ro_data = 0500000000000000
%ro_data = 0800000000000000
%ro_data = 0d00000000000000
%ro_data = 1500000000000000
%ro_data = 2200000000000000
