#include <bitcoin-build-config.h>
#include <executables/node/wallet_commands.h>

#include <cstdint>
#include <iterator>
#include <sstream>
#include <string>

namespace mpbitcoin {
namespace {
struct Entry
{
    const char* category;
    const char* name;
    //! In order; a * marks those that are given by name only.
    const char* arguments;
};

constexpr Entry COMMANDS[]{
    {"rawtransactions", "fundrawtransaction",
     "hexstring *add_inputs *include_unsafe *minconf *maxconf *changeAddress *changePosition "
     "*change_type *includeWatching *lockUnspents *fee_rate *feeRate *subtractFeeFromOutputs "
     "*input_weights *max_tx_weight *conf_target *estimate_mode *replaceable *solving_data "
     "options iswitness"},
    {"wallet", "abandontransaction", "txid"},
    {"wallet", "abortrescan", ""},
    {"wallet", "backupwallet", "destination"},
    {"wallet", "bumpfee",
     "txid *conf_target *fee_rate *replaceable *estimate_mode *outputs *original_change_index "
     "options"},
    {"wallet", "psbtbumpfee",
     "txid *conf_target *fee_rate *replaceable *estimate_mode *outputs *original_change_index "
     "options"},
    {"wallet", "createwallet",
     "wallet_name disable_private_keys blank passphrase avoid_reuse descriptors load_on_startup "
     "external_signer"},
    {"wallet", "createwalletdescriptor", "type *internal *hdkey options"},
    {"wallet", "restorewallet", "wallet_name backup_file load_on_startup"},
    {"wallet", "encryptwallet", "passphrase"},
    {"wallet", "getaddressesbylabel", "label"},
    {"wallet", "getaddressinfo", "address"},
    {"wallet", "getbalance", "dummy minconf include_watchonly avoid_reuse"},
    {"wallet", "gethdkeys", "*active_only *private options"},
    {"wallet", "getnewaddress", "label address_type"},
    {"wallet", "getrawchangeaddress", "address_type"},
    {"wallet", "getreceivedbyaddress", "address minconf include_immature_coinbase"},
    {"wallet", "getreceivedbylabel", "label minconf include_immature_coinbase"},
    {"wallet", "gettransaction", "txid include_watchonly verbose"},
    {"wallet", "getbalances", ""},
    {"wallet", "getwalletinfo", ""},
    {"wallet", "importdescriptors", "requests"},
    {"wallet", "importprunedfunds", "rawtransaction txoutproof"},
    {"wallet", "keypoolrefill", "newsize"},
    {"wallet", "listaddressgroupings", ""},
    {"wallet", "listdescriptors", "private"},
    {"wallet", "listlabels", "purpose"},
    {"wallet", "listlockunspent", ""},
    {"wallet", "listreceivedbyaddress",
     "minconf include_empty include_watchonly address_filter include_immature_coinbase"},
    {"wallet", "listreceivedbylabel",
     "minconf include_empty include_watchonly include_immature_coinbase"},
    {"wallet", "listsinceblock",
     "blockhash target_confirmations include_watchonly include_removed include_change label"},
    {"wallet", "listtransactions", "label count skip include_watchonly"},
    {"wallet", "listunspent",
     "minconf maxconf addresses include_unsafe *minimumAmount *maximumAmount *maximumCount "
     "*minimumSumAmount *include_immature_coinbase query_options"},
    {"wallet", "listwalletdir", ""},
    {"wallet", "listwallets", ""},
    {"wallet", "loadwallet", "filename load_on_startup"},
    {"wallet", "lockunspent", "unlock transactions persistent"},
    {"wallet", "migratewallet", "wallet_name passphrase"},
    {"wallet", "removeprunedfunds", "txid"},
    {"wallet", "rescanblockchain", "start_height stop_height"},
    {"wallet", "send",
     "outputs conf_target estimate_mode fee_rate *add_inputs *include_unsafe *minconf *maxconf "
     "*add_to_wallet *change_address *change_position *change_type *fee_rate *include_watching "
     "*inputs *locktime *lock_unspents *psbt *subtract_fee_from_outputs *max_tx_weight "
     "*conf_target *estimate_mode *replaceable *solving_data options version"},
    {"wallet", "sendmany",
     "dummy amounts minconf comment subtractfeefrom replaceable conf_target estimate_mode "
     "fee_rate verbose"},
    {"wallet", "sendtoaddress",
     "address amount comment comment_to subtractfeefromamount replaceable conf_target "
     "estimate_mode avoid_reuse fee_rate verbose"},
    {"wallet", "setlabel", "address label"},
    {"wallet", "setwalletflag", "flag value"},
    {"wallet", "signmessage", "address message"},
    {"wallet", "signrawtransactionwithwallet", "hexstring prevtxs sighashtype"},
    {"wallet", "simulaterawtransaction", "rawtxs *include_watchonly options"},
    {"wallet", "sendall",
     "recipients conf_target estimate_mode fee_rate *add_to_wallet *fee_rate *include_watching "
     "*inputs *locktime *lock_unspents *psbt *send_max *minconf *maxconf *version *conf_target "
     "*estimate_mode *replaceable *solving_data options"},
    {"wallet", "unloadwallet", "wallet_name load_on_startup"},
    {"wallet", "walletcreatefundedpsbt",
     "inputs outputs locktime *add_inputs *include_unsafe *minconf *maxconf *changeAddress "
     "*changePosition *change_type *includeWatching *lockUnspents *fee_rate *feeRate "
     "*subtractFeeFromOutputs *max_tx_weight *conf_target *estimate_mode *replaceable "
     "*solving_data options bip32derivs version"},
#ifdef ENABLE_EXTERNAL_SIGNER
    {"wallet", "walletdisplayaddress", "address"},
#endif
    {"wallet", "walletlock", ""},
    {"wallet", "walletpassphrase", "passphrase timeout"},
    {"wallet", "walletpassphrasechange", "oldpassphrase newpassphrase"},
    {"wallet", "walletprocesspsbt", "psbt sign sighashtype bip32derivs finalize"},
};
} // namespace

std::vector<CRPCCommand> WalletCommands()
{
    std::vector<CRPCCommand> commands;
    commands.reserve(std::size(COMMANDS));
    for (const auto& entry : COMMANDS) {
        std::vector<std::pair<std::string, bool>> arguments;
        std::istringstream words{entry.arguments};
        for (std::string word; words >> word;) {
            const bool named_only{word.starts_with('*')};
            arguments.emplace_back(word.substr(named_only), named_only);
        }
        commands.emplace_back(entry.category, entry.name, CRPCCommand::Actor{},
                              std::move(arguments), reinterpret_cast<intptr_t>(&entry));
    }
    return commands;
}
} // namespace mpbitcoin
