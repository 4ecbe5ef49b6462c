@0xf2c5cfa319406aa6;

using Echo = import "echo.capnp";
using Mining = import "mining.capnp";
using Proxy = import "/mp/proxy.capnp";

interface Init {
    construct @0 (threadMap :Proxy.ThreadMap) -> (threadMap :Proxy.ThreadMap);
    makeEcho @1 (context :Proxy.Context) -> (result :Echo.Echo);
    makeMining @2 (context :Proxy.Context) -> (result :Mining.Mining);
}
