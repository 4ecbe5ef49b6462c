#ifndef MPBITCOIN_TESTS_FUZZ_CONVERSATION_H
#define MPBITCOIN_TESTS_FUZZ_CONVERSATION_H

#include <choices.h>

#include <kj/async-io.h>

namespace mpbitcoin::fuzz {
//! Which of the server's objects a conversation is about.
enum class Root { NODE, CHAIN, WALLET_LOADER, WALLET_PROCESS };

//! Connect through `fd` as a client that follows the protocol, and call methods that the choices
//! tell, with arguments that the choices tell: each has its declared type, but not a sensible
//! value. Objects that the server gives are called as well, those it is given answer with anything,
//! or fail, or never answer. Now and then a byte on its way is changed. Ends at once when the
//! choices do, with calls still unanswered.
void Converse(kj::AsyncIoContext& io, int fd, Root root, Choices& choices);
} // namespace mpbitcoin::fuzz

#endif // MPBITCOIN_TESTS_FUZZ_CONVERSATION_H
