// A program for the machine: its bytes, and beside them what they mean.

#include "machine.h"

const uint8_t program[] = {
    // The primes below 256, by crossing out multiples: byte N of page $03 is not 0 if N is no prime.
    0xa2, 0x02,         // 8000           LDX #2
    0xbd, 0x00, 0x03,   // 8002  number:  LDA $0300,X      crossed out?
    0xd0, 0x13,         // 8005           BNE next
    0x8a,               // 8007           TXA
    0x85, 0x00,         // 8008           STA $00          the prime
    0x20, 0x50, 0x80,   // 800a           JSR print
    0xa5, 0x00,         // 800d           LDA $00
    0x18,               // 800f  cross:   CLC
    0x65, 0x00,         // 8010           ADC $00          the next multiple
    0xb0, 0x06,         // 8012           BCS next         beyond 255
    0xa8,               // 8014           TAY
    0x99, 0x00, 0x03,   // 8015           STA $0300,Y      anything but 0
    0x90, 0xf5,         // 8018           BCC cross        always
    0xe8,               // 801a  next:    INX
    0xd0, 0xe5,         // 801b           BNE number       until 255 + 1
    0xa9, 0x0a,         // 801d           LDA #10
    0x8d, 0x00, 0xd0,   // 801f           STA $d000        a new line

    // A pattern in the picture at $0400, 32 bytes for each of 32 rows: lit where column and row have no bit in common.
    0x86, 0x10,         // 8022           STX $10          X is 0: $10 points to the row
    0xa9, 0x04,         // 8024           LDA #$04
    0x85, 0x11,         // 8026           STA $11
    0x86, 0x12,         // 8028  row:     STX $12
    0xa0, 0x1f,         // 802a           LDY #31
    0x98,               // 802c  column:  TYA
    0x25, 0x12,         // 802d           AND $12
    0xd0, 0x04,         // 802f           BNE dark
    0xa9, 0x01,         // 8031           LDA #1
    0x91, 0x10,         // 8033           STA ($10),Y
    0x88,               // 8035  dark:    DEY
    0x10, 0xf4,         // 8036           BPL column
    0x18,               // 8038           CLC
    0xa5, 0x10,         // 8039           LDA $10          the next row
    0x69, 0x20,         // 803b           ADC #32
    0x85, 0x10,         // 803d           STA $10
    0x90, 0x02,         // 803f           BCC same
    0xe6, 0x11,         // 8041           INC $11
    0xe8,               // 8043  same:    INX
    0xe0, 0x20,         // 8044           CPX #32
    0xd0, 0xe0,         // 8046           BNE row
    0x8d, 0x02, 0xd0,   // 8048           STA $d002        shows the picture
    0xa9, 0x00,         // 804b           LDA #0
    0x8d, 0x01, 0xd0,   // 804d           STA $d001        ends with status 0

    // Prints a space and A, 1 to 255; leaves X alone.
    0x48,               // 8050  print:   PHA
    0xa9, 0x20,         // 8051           LDA #$20
    0x8d, 0x00, 0xd0,   // 8053           STA $d000
    0x68,               // 8056           PLA
    0xa0, 0x2f,         // 8057           LDY #$2f         the character before '0'
    0x38,               // 8059           SEC
    0xc8,               // 805a  hundred: INY
    0xe9, 0x64,         // 805b           SBC #100
    0xb0, 0xfb,         // 805d           BCS hundred
    0x69, 0x64,         // 805f           ADC #100         the last was one too many; carry was clear and is set now
    0xc0, 0x30,         // 8061           CPY #$30
    0xd0, 0x06,         // 8063           BNE two          hundreds, so there are tens
    0xc9, 0x0a,         // 8065           CMP #10
    0x90, 0x12,         // 8067           BCC one          neither
    0xb0, 0x03,         // 8069           BCS ten          always
    0x8c, 0x00, 0xd0,   // 806b  two:     STY $d000
    0xa0, 0x2f,         // 806e  ten:     LDY #$2f
    0x38,               // 8070           SEC
    0xc8,               // 8071  tens:    INY
    0xe9, 0x0a,         // 8072           SBC #10
    0xb0, 0xfb,         // 8074           BCS tens
    0x69, 0x0a,         // 8076           ADC #10
    0x8c, 0x00, 0xd0,   // 8078           STY $d000
    0x09, 0x30,         // 807b  one:     ORA #$30         0 to 9 becomes a character
    0x8d, 0x00, 0xd0,   // 807d           STA $d000
    0x60,               // 8080           RTS
};

const size_t program_count = sizeof program;
