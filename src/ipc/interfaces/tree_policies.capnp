# The policies of the methods in Bitcoin Core's schemas, which we do not edit. The build fails if a
# method has no entry, or an entry has no method.

@0xe7405c18d29a6bf3;

using Policy = import "common/policy.capnp";

const policies :List(Policy.Entry) = [
    (name = "BlockTemplate.destroy", policy = Policy.destroy),
    (name = "BlockTemplate.getBlock", policy = Policy.query),
    (name = "BlockTemplate.getBlockHeader", policy = Policy.query),
    (name = "BlockTemplate.getCoinbaseMerklePath", policy = Policy.query),
    (name = "BlockTemplate.getCoinbaseTx", policy = Policy.query),
    (name = "BlockTemplate.getTxFees", policy = Policy.query),
    (name = "BlockTemplate.getTxSigops", policy = Policy.query),
    (name = "BlockTemplate.interruptWait", policy = Policy.command),
    (name = "BlockTemplate.submitSolution", policy = Policy.command),
    (name = "BlockTemplate.waitNext", policy = Policy.query),

    (name = "Echo.destroy", policy = Policy.destroy),
    (name = "Echo.echo", policy = Policy.query),

    (name = "Init.construct", policy = Policy.command),
    (name = "Init.makeEcho", policy = Policy.query),
    (name = "Init.makeMining", policy = Policy.query),
    (name = "Init.makeMiningOld2", policy = Policy.query),
    (name = "Init.makeRpc", policy = Policy.query),

    (name = "Mining.checkBlock", policy = Policy.query),
    (name = "Mining.createNewBlock", policy = Policy.query),
    (name = "Mining.getTip", policy = Policy.query),
    (name = "Mining.interrupt", policy = Policy.command),
    (name = "Mining.isInitialBlockDownload", policy = Policy.query),
    (name = "Mining.isTestChain", policy = Policy.query),
    (name = "Mining.waitTipChanged", policy = Policy.query),

    (name = "Rpc.executeRpc", policy = (repeat = unsafe, secret = everything)),
];
