# Types that several interfaces share.

@0x84eb706806a4e20e;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("util/translation.h");
$Proxy.includeTypes("ipc/interfaces/common/types.h");

struct Pair(First, Second) {
    first @0 :First;
    second @1 :Second;
}

struct BilingualStr $Proxy.wrap("bilingual_str") {
    original @0 :Text;
    translated @1 :Text;
}

# util::Result<T>: a value, or an error if `error` is set.
struct Result(Value) {
    value @0 :Value;
    error @1 :BilingualStr;
}

# util::Result<void>.
struct ResultVoid {
    error @0 :BilingualStr;
}
