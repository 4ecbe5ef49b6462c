@0xbe1b2a6e6f4b3c17;

using Cxx = import "/capnp/c++.capnp";
using Proxy = import "/mp/proxy.capnp";
$Cxx.namespace("messages");
$Proxy.include("consumer.h");
$Proxy.includeTypes("consumer-types.h");

interface Adder $Proxy.wrap("Adder") {
  add @0 (a :Int32, b :Int32) -> (result :Int32);
}
