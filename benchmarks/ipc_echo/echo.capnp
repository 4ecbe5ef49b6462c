@0xea33d2a80591c1d0;

# An interface of the same shape as Bitcoin Core's Echo, and an Init to get it.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("bench::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("echo.h");
$Proxy.includeTypes("echo-types.h");

interface Init $Proxy.wrap("bench::Init") {
    construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
    makeEcho @1 (context :Proxy.Context) -> (result :Echo);
}

interface Echo $Proxy.wrap("bench::Echo") {
    destroy @0 (context :Proxy.Context) -> ();
    echo @1 (context :Proxy.Context, echo :Text) -> (result :Text);
    echoOnLoop @2 (echo :Text) -> (result :Text);
    # Without a context it runs on the server's event loop: what Cap'n Proto itself costs.
}
