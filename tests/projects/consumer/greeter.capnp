@0xc7a1f3a95e0b42d1;

using Cxx = import "/capnp/c++.capnp";
using Proxy = import "/mp/proxy.capnp";

$Cxx.namespace("schema");
$Proxy.include("greeter.h");
$Proxy.includeTypes("greeter-types.h");

interface Greeter $Proxy.wrap("Greeter") {
  greet @0 (name :Text) -> (result :Text);
}
