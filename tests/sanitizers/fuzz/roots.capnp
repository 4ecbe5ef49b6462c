# What the fuzzer's server offers first: an object of each kind that another process can reach.

@0xd68e0adca4e66513;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("fakes.h");
$Proxy.include("ipc/interfaces/processes/processes.capnp.proxy.h");
$Proxy.includeTypes("ipc/interfaces/processes/processes.capnp.proxy-types.h");

using BulkChain = import "/ipc/interfaces/chain/bulk_chain.capnp";
using Chain = import "/ipc/interfaces/chain/chain.capnp";
using Processes = import "/ipc/interfaces/processes/processes.capnp";
using Wallet = import "/ipc/interfaces/wallet/wallet_loader.capnp";

interface Roots $Proxy.wrap("mpbitcoin::fuzz::Roots") {
    construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
    makeNode @1 () -> (result :Processes.NodeInit);
    makeChain @2 () -> (result :Chain.Chain);
    makeBulkChain @3 () -> (result :BulkChain.BulkChain);
    makeWalletLoader @4 () -> (result :Wallet.WalletLoader);
    makeWalletProcess @5 () -> (result :Processes.WalletProcess);
}
