#include <ipc/core/log.h>
#include <ipc/exception.h>
#include <logging.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace mpbitcoin {
namespace {
//! Asked for each message, before it is made: the logging RPC changes categories at any time.
bool Wanted(mp::Log level)
{
    switch (level) {
    case mp::Log::Trace:
        return LogAcceptCategory(BCLog::IPC, BCLog::Level::Trace);
    case mp::Log::Debug:
    case mp::Log::Info:
        return LogAcceptCategory(BCLog::IPC, BCLog::Level::Debug);
    case mp::Log::Warning:
    case mp::Log::Error:
    case mp::Log::Raise:
        return true;
    }
    return true;
}

//! Calls whose contents may be passwords, passphrases and keys: RPC commands and their answers, the
//! node's settings, and what asks for a wallet's passphrase.
constexpr std::string_view SECRET[]{
    "RpcActor.call",
    "Rpc.executeRpc",
    "WalletProcess.configure",
    "WalletLoader.createWallet",
    "WalletLoader.migrateWallet",
    "Wallet.encryptWallet",
    "Wallet.unlock",
    "Wallet.changeWalletPassphrase",
};

//! Takes `word` and what stands before it off the front of the text. Whether it was there.
bool CutBehind(std::string_view& text, std::string_view word)
{
    const auto found{text.find(word)};
    if (found == text.npos) return false;
    text.remove_prefix(found + word.size());
    return true;
}

//! What a call's exception says for a user: without the places, addresses and names by which Cap'n
//! Proto tells developers how it got here. It was thrown by the other process, or by the
//! connection.
std::string PlainMessage(std::string_view text)
{
    if (!text.starts_with("kj::Exception: ")) return std::string{text};
    text = text.substr(0, text.rfind("\nstack: "));
    if (CutBehind(text, "remote exception: ")) {
        if (text.starts_with("std::exception: ")) CutBehind(text, ": ");
    } else {
        // kj::Exception: <file>:<line>: <kind>: <description>
        for (int part{0}; part < 3; ++part) {
            CutBehind(text, ": ");
        }
    }
    return std::string{text};
}

//! Whether a message must not be written: log lines on their way, which would never end, and
//! secrets.
bool Hidden(const mp::LogMessage& message)
{
    const auto names{
        [&](std::string_view name) { return message.message.find(name) != std::string::npos; }};
    if (names("LogSink")) return true;
    return message.level == mp::Log::Trace && std::ranges::any_of(SECRET, names);
}

void Log(const mp::LogMessage& message)
{
    if (message.level == mp::Log::Raise) {
        LogDebug(BCLog::IPC, "%s", message.message);
        throw ipc::Exception(PlainMessage(message.message));
    }
    if (Hidden(message)) return;
    switch (message.level) {
    case mp::Log::Trace:
        LogTrace(BCLog::IPC, "%s", message.message);
        return;
    case mp::Log::Debug:
    case mp::Log::Info:
        LogDebug(BCLog::IPC, "%s", message.message);
        return;
    case mp::Log::Warning:
        LogWarning("ipc: %s", message.message);
        return;
    case mp::Log::Error:
        LogError("ipc: %s", message.message);
        return;
    case mp::Log::Raise:
        return;
    }
}
} // namespace

mp::LogOptions MakeLogOptions()
{
    return {.log_fn = Log, .log_wanted = Wanted};
}
} // namespace mpbitcoin
