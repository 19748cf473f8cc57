// libsecp256k1, as a Swift module: the signatures of Ethereum.
#include <secp256k1.h>
#include <secp256k1_recovery.h>
