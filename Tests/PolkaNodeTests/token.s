// A token in text, as small as one can be: what deploys it gets all of the supply. For tests of the node.
//
// Offsets into its memory, from 0x20000: 0x00 key of the sender, 0x20 key of the receiver, 0x40 and 0x60 their balances, 0x80 the selector,
// 0xa0 a word of output, 0xc0 topics, 0x120 Error("insufficient balance"), 0x1a0 the word 1, 0x1c0 the amount. Amounts have 64 bits.

%isa = revive_v1
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 08c379a000000000000000000000000000000000000000000000000000000000
%rw_data = 0000002000000000000000000000000000000000000000000000000000000000
%rw_data = 00000014696e73756666696369656e742062616c616e63650000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000000
%rw_data = 0000000000000000000000000000000000000000000000000000000000000001
%rw_data_size = 4096
%stack_size = 4096
%import 0 = 'call_data_size'
%import 1 = 'call_data_copy'
%import 2 = 'call_data_load'
%import 3 = 'caller'
%import 4 = 'get_storage_or_zero'
%import 5 = 'set_storage_or_clear'
%import 6 = 'deposit_event'
%import 7 = 'seal_return'

// constructor(uint256 supply)
pub @deploy: %no_fallthrough
    a0 = 0x2000c
    ecalli 3
    a0 = 0x20040
    a1 = 0
    ecalli 2
    a0 = 0
    a1 = 0x20000
    a2 = 0x20040
    ecalli 5
    ret

pub @call: %no_fallthrough
    ecalli 0
    jump @unknown if a0 <u 4
    a0 = 0x20080
    a1 = 4
    a2 = 0
    ecalli 1
    t0 = u32 [0x20080]
    t1 = 0xbb9c05a9
    jump @transfer if t0 == t1
    t1 = 0x3182a070
    jump @balance if t0 == t1
    t1 = 0xd5d7acf0
    jump @spin if t0 == t1
    t1 = 0x5ad17283
    jump @stop if t0 == t1
    jump @unknown

@unknown:
    a0 = 1
    a1 = 0x20000
    a2 = 0
    ecalli 7
    trap

@spin:
    jump @spin

@stop:
    trap

// balanceOf(address) view returns (uint256)
@balance:
    a0 = 0x2002c
    a1 = 20
    a2 = 16
    ecalli 1
    a0 = 0
    a1 = 0x20020
    a2 = 0x20060
    ecalli 4
    t0 = u64 [0x20060]
    t0 = reverse t0
    u64 [0x200b8] = t0
    a0 = 0
    a1 = 0x200a0
    a2 = 32
    ecalli 7
    trap

// transfer(address to, uint256 amount) returns (bool)
@transfer:
    a0 = 0x2000c
    ecalli 3
    a0 = 0x2002c
    a1 = 20
    a2 = 16
    ecalli 1
    a0 = 0x201c0
    a1 = 36
    ecalli 2
    a0 = 0
    a1 = 0x20000
    a2 = 0x20040
    ecalli 4
    t0 = u64 [0x201c8]
    t1 = u64 [0x201d0]
    t0 = t0 | t1
    t1 = u64 [0x201d8]
    t0 = t0 | t1
    jump @insufficient if t0 != 0
    t0 = u64 [0x20040]
    t1 = u64 [0x201c0]
    jump @insufficient if t0 <u t1
    t0 = t0 - t1
    u64 [0x20040] = t0
    a0 = 0
    a1 = 0x20000
    a2 = 0x20040
    ecalli 5
    a0 = 0
    a1 = 0x20020
    a2 = 0x20060
    ecalli 4
    t0 = u64 [0x20060]
    t1 = u64 [0x201c0]
    t0 = t0 + t1
    u64 [0x20060] = t0
    a0 = 0
    a1 = 0x20020
    a2 = 0x20060
    ecalli 5
    t0 = u64 [0x20008]
    u64 [0x200e8] = t0
    t0 = u64 [0x20010]
    u64 [0x200f0] = t0
    t0 = u64 [0x20018]
    u64 [0x200f8] = t0
    t0 = u64 [0x20028]
    u64 [0x20108] = t0
    t0 = u64 [0x20030]
    u64 [0x20110] = t0
    t0 = u64 [0x20038]
    u64 [0x20118] = t0
    a0 = 0x200a0
    a1 = 32
    a2 = 36
    ecalli 1
    a0 = 0x200c0
    a1 = 3
    a2 = 0x200a0
    a3 = 32
    ecalli 6
    a0 = 0
    a1 = 0x201a0
    a2 = 32
    ecalli 7
    trap

@insufficient:
    a0 = 1
    a1 = 0x20120
    a2 = 100
    ecalli 7
    trap
