# An interface that the client does not know.

@0xd7c41b3f20d6a915;

using Cxx = import "/capnp/c++.capnp";

interface Greeter extends(Counter) {
    greet @0 (person :Person, times :UInt32, hasTimes :Bool) -> (greeting :Text, length :UInt32);
    # Greet somebody, a number of times if it is given.

    introduce @1 (person :Person, to :Listener) -> (visit :Visit);
    # Send a notification about somebody.

    stay @2 () -> () $Cxx.allowCancellation;
    # Until the caller gives it up, which counts as a greeting.

    crowd @3 (to :Listener, times :UInt32) -> (refused :UInt32);
    # Send this many at the same time. Each refused one counts as a greeting.

    open @4 (box :Box) -> ();
}

interface Counter {
    count @0 () -> (count :UInt32);
}

interface Listener {
    meet @0 (person :Person) -> (known :Bool);
}

interface Visit {
    people @0 () -> (people :List(Person));
}

struct Person {
    name @0 :Text;
    from @1 :Text;
}

struct Box {
    boxes @0 :List(Box);
}
