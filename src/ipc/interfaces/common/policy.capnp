# Policies: what a method may do, and what others may do with its calls. Each method has one.
# docs/design.md, section "Policies", lists what uses them.

@0xd6b1f04a3c8e2795;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

annotation method @0xb3f25d91c7046ae8 (method) :Policy;
# The policy of a method of our schemas.

const query :Policy = (repeat = safe, secret = nothing);
# For methods that change nothing.

const command :Policy = (repeat = unsafe, secret = nothing);
# For methods that change something.

const destroy :Policy = (repeat = unsafe, secret = nothing, shutdown = served);
# For the methods by which libmultiprocess destroys objects.

struct Policy {
    repeat @0 :Repeat;
    secret @1 :Secret;
    callbacks @2 :Callbacks;
    shutdown @3 :Shutdown;

    deadline @4 :UInt16 = 10;
    # Seconds that a running call may hold up the shutdown of the process that executes it.

    required @5 :List(Text);
    # Parameters that must be present. Objects and functions always must.

    ranges @6 :List(Range);
    # Parameters with a range of numbers.

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
    # Whether a call may be made again when its connection ended before the answer. Required.
    unstated @0;
    safe @1;
    unsafe @2;
}

enum Secret {
    # What of a call the log never shows. Required.
    unstated @0;
    nothing @1;
    parameters @2;
    results @3;
    everything @4;

    # The call itself, because it carries the log.
    itself @5;
}

enum Callbacks {
    # How the process calls the objects that the method gets. Required for methods that get any.
    none @0;

    # From a queue, on a thread that waits for the receiver only.
    queued @1;

    # On a thread that holds no lock of the process.
    unlocked @2;

    # At once, on any thread, with any locks.
    direct @3;
}

enum Shutdown {
    # What happens to calls that come while the process shuts down.
    refused @0;

    # Executed: they use nothing that the shutdown takes apart before the connection.
    served @1;
}

struct Entry {
    # The policy of a method of Bitcoin Core's schemas, by "Interface.method".
    name @0 :Text;
    policy @1 :Policy;
}
