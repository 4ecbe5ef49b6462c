@0xd2f1a1d6c1bd1d0b;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("consumer");

struct Coin {
  value @0 :UInt64;
}

interface Adder {
  add @0 (a :Coin, b :Coin) -> (sum :Coin);
}
