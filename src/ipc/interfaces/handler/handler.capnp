# interfaces::Handler: keeps a callback registered.

@0xe5886b210839d167;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("interfaces/handler.h");
$Proxy.includeTypes("ipc/interfaces/handler/types.h");

using Policy = import "../common/policy.capnp";

interface Handler $Proxy.wrap("interfaces::Handler") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    disconnect @1 (context :Proxy.Context) -> () $Policy.method(Policy.command);
}
