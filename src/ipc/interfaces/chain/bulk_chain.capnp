# Bulk queries of wallets about the chain, in addition to Bitcoin Core's interfaces::Chain.

@0xb5d1c28a3f60e947;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("ipc/interfaces/chain/bulk_chain.h");
$Proxy.includeTypes("ipc/interfaces/chain/bulk_types.h");

using Policy = import "../common/policy.capnp";

interface BulkChain $Proxy.wrap("mpbitcoin::BulkChain") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    readBlocks @1 (context :Proxy.Context, first :Data, match :Bool, elements :List(Data)) -> (result :List(RunBlock)) $Policy.method(Policy.query);
    getAncestries @2 (context :Proxy.Context, ids :List(Data)) -> (result :List(Ancestry)) $Policy.method(Policy.query);
    readMempool @3 (context :Proxy.Context, take :TransactionsFn) -> ()
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = unlocked);
}

interface TransactionsFn $Proxy.wrap("ProxyCallback<mpbitcoin::BulkChain::TransactionsFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, transactions :List(Data)) -> () $Policy.method(Policy.command);
}

struct RunBlock $Proxy.wrap("mpbitcoin::RunBlock") {
    hash @0 :Data;
    height @1 :Int32;
    time @2 :Int64;
    maxTime @3 :Int64 $Proxy.name("max_time");
    mtpTime @4 :Int64 $Proxy.name("mtp_time");
    progress @5 :Float64;
    filtered @6 :Bool;
    matches @7 :Bool;
    data @8 :Data;
}

struct Ancestry $Proxy.wrap("mpbitcoin::Ancestry") {
    ancestors @0 :UInt64;
    clusterCount @1 :UInt64 $Proxy.name("cluster_count");
}
