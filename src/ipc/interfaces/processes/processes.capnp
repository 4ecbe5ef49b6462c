# How processes find each other's interfaces. Our Init extends Init of Bitcoin Core and does not
# change it: its clients keep working, and its future methods can't collide with ours.

@0xfffd5bed82a9ef33;

using Cxx = import "/capnp/c++.capnp";
# The namespace of Bitcoin Core's schemas: mpgen searches there for inherited methods, too.
$Cxx.namespace("ipc::capnp::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("ipc/interfaces/processes/processes.h");
$Proxy.include("ipc/capnp/init.capnp.proxy.h");
$Proxy.includeTypes("ipc/interfaces/processes/types.h");

using Bitcoin = import "/ipc/capnp/init.capnp";
using BulkChain = import "../chain/bulk_chain.capnp";
using Chain = import "../chain/chain.capnp";
using Policy = import "../common/policy.capnp";
using Wallet = import "../wallet/wallet_loader.capnp";

interface NodeInit extends(Bitcoin.Init) $Proxy.wrap("mpbitcoin::NodeInit") {
    attachWallet @0 (context :Proxy.Context, process :WalletProcess) -> (error :Text $Proxy.exception("std::exception"))
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = unlocked);
    # The node's chain: blocks, mempool, fees, notifications. Null while the node starts or ends.
    makeChain @1 (context :Proxy.Context) -> (result :Chain.Chain) $Proxy.name("serveChain") $Policy.method(Policy.query);
    # What a wallet process reads before it starts a thread: a message whose root is Configuration.
    # Without a context, for a client that has no threads yet.
    walletConfiguration @2 () -> (error :Text $Proxy.exception("std::exception"), result :Data)
        $Policy.method(repeat = safe, secret = results);
}

# Before the first call, the process reads a message from its connection whose root is Configuration,
# and confines itself.
interface WalletProcess $Proxy.wrap("mpbitcoin::WalletProcess") {
    # Not named construct, which the client's constructor would call: if the process died then, the
    # constructor would throw where libmultiprocess does not expect it.
    shareThreads @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap) $Policy.method(Policy.command);
    start @1 (log :LogSink, categories :UInt64, threads :Bool) -> (error :Text $Proxy.exception("std::exception"))
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = queued);
    setLogCategories @2 (categories :UInt64) -> () $Policy.method(repeat = safe, secret = nothing);
    makeWalletLoader @3 (context :Proxy.Context, chain :Chain.Chain, bulk :BulkChain.BulkChain) -> (result :Wallet.WalletLoader)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
}

interface LogSink $Proxy.wrap("mpbitcoin::LogSink") {
    write @0 (lines :List(LogLine)) -> ()
        $Policy.method(repeat = unsafe, secret = itself, shutdown = served);
}

struct LogLine $Proxy.wrap("mpbitcoin::LogLine") {
    text @0 :Text;
    limited @1 :Bool;
    file @2 :Text;
    line @3 :UInt32;
    function @4 :Text;
}

struct Configuration {
    # The node's settings that wallets read (command line, configuration file, settings.json), as JSON.
    settings @0 :Text;

    # Names of the settings that apply to one network only.
    networkOnly @1 :List(Text);

    # The absolute path of the node's data directory, without the network's part.
    dataDir @2 :Text;
}
