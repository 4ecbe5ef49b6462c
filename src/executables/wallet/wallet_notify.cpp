#include <executables/wallet/wallet_notify.h>
#include <wallet/wallet.h>

namespace mpbitcoin {
namespace {
constexpr std::string_view NAME_MARK{"%w"};

//! One word for the shell. Separates a percent sign from the next character.
std::string Quoted(std::string_view text)
{
    std::string quoted{"'"};
    for (const char sign : text) {
        if (sign == '\'') {
            quoted += R"('"'"')";
        } else {
            quoted += sign;
            if (sign == '%') quoted += "''";
        }
    }
    return quoted += '\'';
}
} // namespace

std::string NotifyCommand(std::string_view command, std::string_view wallet_name)
{
    const std::string quoted{Quoted(wallet_name)};
    std::string result;
    size_t begin{0};
    while (true) {
        const size_t mark{command.find(NAME_MARK, begin)};
        result += command.substr(begin, mark - begin);
        if (mark == command.npos) return result;
        result += quoted;
        begin = mark + NAME_MARK.size();
    }
}

void QuoteNameInNotifyCommand(wallet::CWallet& wallet)
{
    auto& command{wallet.m_notify_tx_changed_script};
    command = NotifyCommand(command, wallet.GetName());
}
} // namespace mpbitcoin
