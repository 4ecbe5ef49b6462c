#ifndef MPBITCOIN_TESTS_FUZZ_CONVERSATION_H
#define MPBITCOIN_TESTS_FUZZ_CONVERSATION_H

#include <choices.h>

#include <kj/async-io.h>

namespace mpbitcoin::fuzz {
//! Which of the server's objects a conversation is about.
enum class Root { NODE, CHAIN, WALLET_LOADER, WALLET_PROCESS };

//! Connect through `fd` as a client that follows the protocol, and call methods with arguments,
//! both from the choices: each argument has its declared type, but not a sensible value. Calls
//! objects of the server, too; its own objects answer with anything, fail, or never answer.
//! Sometimes changes a byte on its way. Ends when the choices do, with calls still unanswered.
void Converse(kj::AsyncIoContext& io, int fd, Root root, Choices& choices);
} // namespace mpbitcoin::fuzz

#endif // MPBITCOIN_TESTS_FUZZ_CONVERSATION_H
