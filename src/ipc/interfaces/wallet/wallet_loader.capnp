# interfaces::WalletLoader: all wallets of a wallet process.

@0xff95b06386ac5304;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("interfaces/wallet.h");
$Proxy.include("ipc/interfaces/chain/chain.capnp.proxy.h");
$Proxy.includeTypes("ipc/interfaces/wallet/loader_types.h");

using Chain = import "../chain/chain.capnp";
using Common = import "../common/common.capnp";
using Handler = import "../handler/handler.capnp";
using Policy = import "../common/policy.capnp";
using Wallet = import "wallet.capnp";

interface WalletLoader extends(Chain.ChainClient) $Proxy.wrap("interfaces::WalletLoader") {
    createWallet @0 (context :Proxy.Context, name :Text, passphrase :AnyPointer, flags :UInt64, warnings :List(Common.BilingualStr)) -> (warnings :List(Common.BilingualStr), error :Text $Proxy.exception("std::exception"), result :Common.Result(Wallet.Wallet))
        $Policy.method(repeat = unsafe, secret = parameters, check = "mpbitcoin::CheckFlags");
    loadWallet @1 (context :Proxy.Context, name :Text, warnings :List(Common.BilingualStr)) -> (warnings :List(Common.BilingualStr), error :Text $Proxy.exception("std::exception"), result :Common.Result(Wallet.Wallet)) $Policy.method(Policy.command);
    getWalletDir @2 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :Text) $Policy.method(Policy.query);
    # A restored wallet that was not loaded has no wallet in the result.
    restoreWallet @3 (context :Proxy.Context, backupFile :Data, name :Text, warnings :List(Common.BilingualStr), loadAfterRestore :Bool) -> (warnings :List(Common.BilingualStr), error :Text $Proxy.exception("std::exception"), result :Common.Result(Wallet.Wallet)) $Policy.method(Policy.command);
    migrateWallet @4 (context :Proxy.Context, name :Text, passphrase :AnyPointer) -> (error :Text $Proxy.exception("std::exception"), result :Common.Result(WalletMigrationResult))
        $Policy.method(repeat = unsafe, secret = parameters);
    isEncrypted @5 (context :Proxy.Context, name :Text) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    listWalletDir @6 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :List(Common.Pair(Text, Text))) $Policy.method(Policy.query);
    getWallets @7 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :List(Wallet.Wallet)) $Policy.method(Policy.query);
    handleLoadWallet @8 (context :Proxy.Context, callback :LoadWalletFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
}

interface LoadWalletFn $Proxy.wrap("ProxyCallback<interfaces::WalletLoader::LoadWalletFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, wallet :Wallet.Wallet) -> ()
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = unlocked);
}

struct WalletMigrationResult $Proxy.wrap("interfaces::WalletMigrationResult") {
    wallet @0 :Wallet.Wallet;
    watchonlyName @1 :Text $Proxy.name("watchonly_wallet_name");
    solvablesName @2 :Text $Proxy.name("solvables_wallet_name");
    backupPath @3 :Data $Proxy.name("backup_path");
}
