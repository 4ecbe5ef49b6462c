#ifndef MPBITCOIN_OS_CLOSE_FROM_H
#define MPBITCOIN_OS_CLOSE_FROM_H

namespace mpbitcoin {
//! Close all descriptors from `first` on. Safe between fork and exec: allocates no memory and takes
//! no lock.
void CloseFrom(int first);
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_CLOSE_FROM_H
