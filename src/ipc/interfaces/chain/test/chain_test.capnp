# The first interface that the test's server offers.

@0xd44b62b09b0e44b4;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("ipc/interfaces/chain/test/fake_chain.h");
$Proxy.include("ipc/interfaces/chain/chain.capnp.proxy.h");
$Proxy.includeTypes("ipc/interfaces/chain/chain.capnp.proxy-types.h");

using Chain = import "../chain.capnp";

interface ChainTestInit $Proxy.wrap("mpbitcoin::test::ChainTestInit") {
    construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
    makeChain @1 (context :Proxy.Context) -> (result :Chain.Chain);
}
