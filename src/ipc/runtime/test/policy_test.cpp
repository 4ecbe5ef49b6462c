// Effects of methods' policies: what the log shows of calls, which calls are served while the
// process ends, and which calls may be repeated.

#include <ipc/runtime/errors.h>
#include <ipc/runtime/log.h>
#include <ipc/runtime/policy.h>
#include <ipc/runtime/running_calls.h>
#include <util/translation.h>

#include <kj/exception.h>
#include <kj/test.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
//! Methods with secret parameters or results, written out: this finds policies that change by
//! mistake.
const std::set<std::string_view> SECRET_PARAMETERS{"Chain.overwriteRwSetting",
                                                   "LogSink.write",
                                                   "Rpc.executeRpc",
                                                   "RpcActor.call",
                                                   "SettingsUpdate.call",
                                                   "Wallet.changeWalletPassphrase",
                                                   "Wallet.encryptWallet",
                                                   "Wallet.unlock",
                                                   "WalletLoader.createWallet",
                                                   "WalletLoader.migrateWallet"};
const std::set<std::string_view> SECRET_RESULTS{"Chain.getRwSetting",
                                                "Chain.getSetting",
                                                "Chain.getSettingsList",
                                                "LogSink.write",
                                                "NodeInit.walletConfiguration",
                                                "Rpc.executeRpc",
                                                "RpcActor.call",
                                                "SettingsUpdate.call"};

//! Whether the log may show the content of a call.
bool IsShown(std::string_view method, bool results)
{
    return MakeLogOptions().log_contents((std::string{method} + "$Params").c_str(), results);
}

KJ_TEST("the log shows no secret parameters and results")
{
    std::vector<std::string_view> methods{"Nobody.knows"};
    for (const auto& policy : POLICIES) {
        methods.push_back(policy.method);
    }
    KJ_EXPECT(methods.size() > 190);
    for (const auto method : methods) {
        const bool known{method != "Nobody.knows"};
        KJ_EXPECT(IsShown(method, /*results=*/false) ==
                  (known && !SECRET_PARAMETERS.contains(method)));
        KJ_EXPECT(IsShown(method, /*results=*/true) == (known && !SECRET_RESULTS.contains(method)));
    }
}

KJ_TEST("the log does not mention the calls that carry it")
{
    const auto logged{MakeLogOptions().log_call};
    for (const auto& policy : POLICIES) {
        const auto type{std::string{policy.method} + "$Params"};
        KJ_EXPECT(logged(type.c_str()) == (policy.method != "LogSink.write"));
    }
    KJ_EXPECT(logged("Nobody.knows$Params"));
}

//! What a failed call throws: its class and its text.
template <typename Error>
std::optional<std::string> Raised(mp::Failure failure, const std::string& reason)
{
    try {
        MakeLogOptions().log_fn({"message", mp::Log::Raise, failure, reason});
    } catch (const ipc::Exception& error) {
        if (typeid(error) == typeid(Error)) return error.what();
    }
    return std::nullopt;
}

KJ_TEST("failures of calls have types")
{
    KJ_EXPECT(Raised<NotSent>(mp::Failure::NotSent, "") == "message");
    KJ_EXPECT(Raised<Disconnected>(mp::Failure::Disconnected, "") == "message");
    KJ_EXPECT(Raised<Refused>(mp::Failure::Refused, "not: now") == "not: now");
    KJ_EXPECT(Raised<ipc::Exception>(mp::Failure::Unimplemented, "why") == "why");
    KJ_EXPECT(Raised<ipc::Exception>(mp::Failure::Failed, "std::exception: why") == "why");
}

KJ_TEST("calls that were not sent, and queries, may be repeated")
{
    KJ_EXPECT(MayRepeat(NotSent{""}, "RpcActor.call"));
    KJ_EXPECT(!MayRepeat(Disconnected{""}, "RpcActor.call"));
    KJ_EXPECT(MayRepeat(Disconnected{""}, "Chain.getHeight"));
    KJ_EXPECT(!MayRepeat(Disconnected{""}, "Nobody.knows"));
    KJ_EXPECT(!MayRepeat(Refused{""}, "Chain.getHeight"));
    KJ_EXPECT(!MayRepeat(ipc::Exception{""}, "Chain.getHeight"));
}

//! Why a call may not pass, or nothing.
std::optional<kj::Exception::Type> Refusal(RunningCalls& calls, const char* type, bool destroy)
{
    try {
        calls.enter(type, destroy);
    } catch (const kj::Exception& exception) {
        KJ_EXPECT(std::string_view{exception.getDescription().cStr()} ==
                  "the node is shutting down");
        return exception.getType();
    }
    return std::nullopt;
}

KJ_TEST("calls are refused at shutdown, unless their policies let them pass")
{
    const auto calls{std::make_shared<RunningCalls>()};
    KJ_EXPECT(calls->wait());
    KJ_EXPECT(!Refusal(*calls, "Chain.getHeight$Params", false));
    calls->close();
    KJ_EXPECT(Refusal(*calls, "Chain.getHeight$Params", false) == kj::Exception::Type::OVERLOADED);
    KJ_EXPECT(Refusal(*calls, "Nobody.knows$Params", false) == kj::Exception::Type::OVERLOADED);
    KJ_EXPECT(!Refusal(*calls, "Nobody.destroy$Params", true));
    KJ_EXPECT(!Refusal(*calls, "LogSink.write$Params", false));
    {
        const auto running{calls->enter("LogSink.write$Params", false)};
        KJ_EXPECT(calls->describe() == "LogSink.write since 0 s");
    }
    KJ_EXPECT(calls->wait());
}

KJ_TEST("no call starts after the last one has returned")
{
    const auto calls{std::make_shared<RunningCalls>()};
    calls->finish();
    KJ_EXPECT(Refusal(*calls, "Chain.getHeight$Params", false) == kj::Exception::Type::OVERLOADED);
}
} // namespace
} // namespace mpbitcoin::test
