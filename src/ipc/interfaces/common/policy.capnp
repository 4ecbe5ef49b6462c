# Policies: what a method may do, and what others may do with its calls. Each method has one.
# docs/design.md, section "Policies", lists their uses.

@0xd6b1f04a3c8e2795;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

annotation method @0xb3f25d91c7046ae8 (method) :Policy;
# The policy of a method in our schemas.

const query :Policy = (repeat = safe, secret = nothing);
# For methods that change nothing.

const command :Policy = (repeat = unsafe, secret = nothing);
# For methods that change something.

const destroy :Policy = (repeat = unsafe, secret = nothing, shutdown = served);
# For the methods with which libmultiprocess destroys objects.

struct Policy {
    repeat @0 :Repeat;
    secret @1 :Secret;
    callbacks @2 :Callbacks;
    shutdown @3 :Shutdown;

    deadline @4 :UInt16 = 10;
    # Seconds that a running call may delay the shutdown of the process that executes it.

    required @5 :List(Text);
    # Parameters that must not be null. Objects and functions are always required.

    ranges @6 :List(Range);
    # Numeric parameters with a limited range.

    check @7 :Text;
    # A C++ function in guards.h beside the schema that throws for other invalid parameters. It gets
    # the object and all parameters.
}

struct Range {
    parameter @0 :Text;
    min @1 :Int64;
    max @2 :Int64;
}

enum Repeat {
    # Whether a caller may repeat a call whose connection ended before the answer. Required.
    unstated @0;
    safe @1;
    unsafe @2;
}

enum Secret {
    # The part of a call that the log never shows. Required.
    unstated @0;
    nothing @1;
    parameters @2;
    results @3;
    everything @4;

    # Even the call itself, because it carries the log.
    itself @5;
}

enum Callbacks {
    # How the process calls the objects that a method receives. Required for methods that receive
    # any.
    none @0;

    # From a queue, on a thread that waits only for the receiver.
    queued @1;

    # On a thread that holds no lock of the process.
    unlocked @2;

    # Immediately, on any thread, with any locks.
    direct @3;
}

enum Shutdown {
    # What happens to calls that arrive while the process shuts down.
    refused @0;

    # Executed: these methods use nothing that the shutdown destroys before the connection.
    served @1;
}

struct Entry {
    # The policy of a method in Bitcoin Core's schemas, by "Interface.method".
    name @0 :Text;
    policy @1 :Policy;
}
