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
}

interface WalletProcess $Proxy.wrap("mpbitcoin::WalletProcess") {
    # Not named construct, which the client's constructor would call: if the process died then, the
    # constructor would throw where libmultiprocess does not expect it.
    shareThreads @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap) $Policy.method(Policy.command);
    # Has no context, so it runs on the event loop's thread.
    configure @1 (configuration :Configuration, log :LogSink) -> (error :Text $Proxy.exception("std::exception"))
        $Policy.method(repeat = unsafe, secret = parameters, callbacks = queued);
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

struct Configuration $Proxy.wrap("mpbitcoin::Configuration") {
    settings @0 :Text;
    networkOnly @1 :List(Text) $Proxy.name("network_only");
    chain @2 :Text;
    dataDir @3 :Text $Proxy.name("data_dir");
    logCategories @4 :UInt64 $Proxy.name("log_categories");
    logThreads @5 :Bool $Proxy.name("log_threads");
}
