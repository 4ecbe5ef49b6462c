# The first interface that the test's server offers.

@0xcdf9e156dcd8f56b;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("ipc/interfaces/wallet/test/fake_wallet.h");
$Proxy.include("ipc/interfaces/wallet/wallet_loader.capnp.proxy.h");
$Proxy.includeTypes("ipc/interfaces/wallet/wallet_loader.capnp.proxy-types.h");

using Loader = import "../wallet_loader.capnp";

interface TestInit $Proxy.wrap("mpbitcoin::test::TestInit") {
    construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
    makeWalletLoader @1 (context :Proxy.Context) -> (result :Loader.WalletLoader);
}
