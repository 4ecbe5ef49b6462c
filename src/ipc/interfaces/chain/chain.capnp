# interfaces::Chain: the node as its wallets see it, and the objects that clients give to the node.

@0xc2a5efc82235665f;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("interfaces/chain.h");
$Proxy.include("rpc/server.h");
$Proxy.includeTypes("ipc/interfaces/chain/types.h");

using Common = import "../common/common.capnp";
using Handler = import "../handler/handler.capnp";
using Policy = import "../common/policy.capnp";

interface Chain $Proxy.wrap("interfaces::Chain") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);

    # Blocks.
    getHeight @1 (context :Proxy.Context) -> (result :Int32, hasResult :Bool) $Policy.method(Policy.query);
    getBlockHash @2 (context :Proxy.Context, height :Int32) -> (result :Data) $Policy.method(Policy.query);
    haveBlockOnDisk @3 (context :Proxy.Context, height :Int32) -> (result :Bool) $Policy.method(Policy.query);
    findLocatorFork @4 (context :Proxy.Context, locator :Data) -> (result :Int32, hasResult :Bool) $Policy.method(Policy.query);
    hasBlockFilterIndex @5 (context :Proxy.Context, filterType :UInt8) -> (result :Bool) $Policy.method(Policy.query);
    blockFilterMatchesAny @6 (context :Proxy.Context, filterType :UInt8, blockHash :Data, filterSet :List(Data)) -> (result :Bool, hasResult :Bool) $Policy.method(Policy.query);
    findBlock @7 (context :Proxy.Context, hash :Data, block :FoundBlockRequest) -> (block :FoundBlock, result :Bool) $Policy.method(Policy.query);
    findFirstBlockWithTimeAndHeight @8 (context :Proxy.Context, minTime :Int64, minHeight :Int32, block :FoundBlockRequest) -> (block :FoundBlock, result :Bool) $Policy.method(Policy.query);
    findAncestorByHeight @9 (context :Proxy.Context, blockHash :Data, ancestorHeight :Int32, ancestor :FoundBlockRequest) -> (ancestor :FoundBlock, result :Bool) $Policy.method(Policy.query);
    findAncestorByHash @10 (context :Proxy.Context, blockHash :Data, ancestorHash :Data, ancestor :FoundBlockRequest) -> (ancestor :FoundBlock, result :Bool) $Policy.method(Policy.query);
    findCommonAncestor @11 (context :Proxy.Context, blockHash1 :Data, blockHash2 :Data, ancestor :FoundBlockRequest, block1 :FoundBlockRequest, block2 :FoundBlockRequest) -> (ancestor :FoundBlock, block1 :FoundBlock, block2 :FoundBlock, result :Bool) $Policy.method(Policy.query);
    findCoins @12 (context :Proxy.Context, coins :List(Common.Pair(Data, Data))) -> (coins :List(Common.Pair(Data, Data))) $Policy.method(Policy.query);
    guessVerificationProgress @13 (context :Proxy.Context, blockHash :Data) -> (result :Float64) $Policy.method(Policy.query);
    hasBlocks @14 (context :Proxy.Context, blockHash :Data, minHeight :Int32, maxHeight :Int32, hasMaxHeight :Bool) -> (result :Bool) $Policy.method(Policy.query);
    havePruned @15 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    getPruneHeight @16 (context :Proxy.Context) -> (result :Int32, hasResult :Bool) $Policy.method(Policy.query);
    isInitialBlockDownload @17 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    hasAssumedValidChain @18 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);

    # Transactions, memory pool and fees.
    isRBFOptIn @19 (context :Proxy.Context, tx :Data) -> (result :Int32) $Policy.method(Policy.query);
    isInMempool @20 (context :Proxy.Context, txid :Data) -> (result :Bool) $Policy.method(Policy.query);
    hasDescendantsInMempool @21 (context :Proxy.Context, txid :Data) -> (result :Bool) $Policy.method(Policy.query);
    broadcastTransaction @22 (context :Proxy.Context, tx :Data, maxTxFee :Int64, broadcastMethod :Int32) -> (reason :Text, result :Bool)
        $Policy.method(repeat = unsafe, secret = nothing, required = ["tx"]);
    getTransactionAncestry @23 (context :Proxy.Context, txid :Data, wantAncestorSize :Bool, wantAncestorFees :Bool) -> (ancestors :UInt64, clusterCount :UInt64, ancestorSize :UInt64, ancestorFees :Int64) $Policy.method(Policy.query);
    calculateIndividualBumpFees @24 (context :Proxy.Context, outpoints :List(Data), targetFeerate :Data) -> (result :List(BumpFee)) $Policy.method(Policy.query);
    calculateCombinedBumpFee @25 (context :Proxy.Context, outpoints :List(Data), targetFeerate :Data) -> (result :Int64, hasResult :Bool) $Policy.method(Policy.query);
    getPackageLimits @26 (context :Proxy.Context) -> (ancestors :UInt32, descendants :UInt32) $Policy.method(Policy.query);
    checkChainLimits @27 (context :Proxy.Context, tx :Data) -> (result :Common.ResultVoid)
        $Policy.method(repeat = safe, secret = nothing, required = ["tx"]);
    estimateSmartFee @28 (context :Proxy.Context, numBlocks :Int32, conservative :Bool, wantCalculation :Bool) -> (calculation :FeeCalculation, result :Data) $Policy.method(Policy.query);
    estimateMaxBlocks @29 (context :Proxy.Context) -> (result :UInt32) $Policy.method(Policy.query);
    mempoolMinFee @30 (context :Proxy.Context) -> (result :Data) $Policy.method(Policy.query);
    relayMinFee @31 (context :Proxy.Context) -> (result :Data) $Policy.method(Policy.query);
    relayIncrementalFee @32 (context :Proxy.Context) -> (result :Data) $Policy.method(Policy.query);
    relayDustFee @33 (context :Proxy.Context) -> (result :Data) $Policy.method(Policy.query);
    isReadyToBroadcast @34 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);

    # The node and its user.
    shutdownRequested @35 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    initMessage @36 (context :Proxy.Context, message :Text) -> () $Policy.method(Policy.command);
    initWarning @37 (context :Proxy.Context, message :Common.BilingualStr) -> () $Policy.method(Policy.command);
    initError @38 (context :Proxy.Context, message :Common.BilingualStr) -> () $Policy.method(Policy.command);
    showProgress @39 (context :Proxy.Context, title :Text, progress :Int32, resumePossible :Bool) -> () $Policy.method(Policy.command);

    # Notifications and commands.
    handleNotifications @40 (context :Proxy.Context, notifications :ChainNotifications) -> (result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = queued);
    waitForNotificationsIfTipChanged @41 (context :Proxy.Context, oldTip :Data) -> () $Policy.method(Policy.query);
    waitForNotifications @42 (context :Proxy.Context) -> () $Policy.method(Policy.query);
    requestMempoolTransactions @43 (context :Proxy.Context, notifications :ChainNotifications) -> ()
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = unlocked);
    handleRpc @44 (context :Proxy.Context, command :RpcCommand) -> (result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = unlocked);
    rpcEnableDeprecated @45 (context :Proxy.Context, method :Text) -> (result :Bool) $Policy.method(Policy.query);

    # Settings.
    getSetting @46 (context :Proxy.Context, name :Text) -> (result :Text)
        $Policy.method(repeat = safe, secret = results);
    getSettingsList @47 (context :Proxy.Context, name :Text) -> (result :List(Text))
        $Policy.method(repeat = safe, secret = results);
    getRwSetting @48 (context :Proxy.Context, name :Text) -> (result :Text)
        $Policy.method(repeat = safe, secret = results);
    updateRwSetting @49 (context :Proxy.Context, name :Text, update :SettingsUpdate) -> (result :Bool)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = unlocked);
    overwriteRwSetting @50 (context :Proxy.Context, name :Text, value :Text, action :Int32) -> (result :Bool)
        $Policy.method(repeat = unsafe, secret = parameters);
    deleteRwSettings @51 (context :Proxy.Context, name :Text, action :Int32) -> (result :Bool) $Policy.method(Policy.command);
}

interface ChainNotifications $Proxy.wrap("interfaces::Chain::Notifications") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    transactionAddedToMempool @1 (context :Proxy.Context, tx :Data) -> ()
        $Policy.method(repeat = unsafe, secret = nothing, required = ["tx"]);
    transactionRemovedFromMempool @2 (context :Proxy.Context, tx :Data, reason :Int32) -> ()
        $Policy.method(repeat = unsafe, secret = nothing, required = ["tx"]);
    blockConnected @3 (context :Proxy.Context, role :ChainstateRole, block :BlockInfo) -> () $Policy.method(Policy.command);
    blockDisconnected @4 (context :Proxy.Context, block :BlockInfo) -> () $Policy.method(Policy.command);
    updatedBlockTip @5 (context :Proxy.Context) -> () $Policy.method(Policy.command);
    chainStateFlushed @6 (context :Proxy.Context, role :ChainstateRole, locator :Data) -> () $Policy.method(Policy.command);
}

interface ChainClient $Proxy.wrap("interfaces::ChainClient") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    registerRpcs @1 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception")) $Policy.method(Policy.command);
    verify @2 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    load @3 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    # The client process uses its own scheduler.
    start @4 (context :Proxy.Context, scheduler :Void) -> (error :Text $Proxy.exception("std::exception")) $Policy.method(Policy.command);
    stop @5 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception")) $Policy.method(Policy.command);
    setMockTime @6 (context :Proxy.Context, time :Int64) -> ()
        $Policy.method(repeat = safe, secret = nothing, ranges = [(parameter = "time", max = 9223372036)]);
    schedulerMockForward @7 (context :Proxy.Context, seconds :Int64) -> (error :Text $Proxy.exception("std::exception"))
        $Policy.method(repeat = unsafe, secret = nothing, ranges = [(parameter = "seconds", min = 1, max = 3600)]);
}

interface SettingsUpdate $Proxy.wrap("ProxyCallback<interfaces::SettingsUpdate>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, value :Text) -> (value :Text, result :Int32, hasResult :Bool)
        $Policy.method(repeat = unsafe, secret = everything);
}

struct RpcCommand {
    category @0 :Text;
    name @1 :Text;
    actor @2 :RpcActor;
    argNames @3 :List(RpcArgument);
    uniqueId @4 :Int64;
}

struct RpcArgument {
    name @0 :Text;
    namedOnly @1 :Bool;
}

# The exceptions are nested in this order: the last one is checked first.
interface RpcActor $Proxy.wrap("ProxyCallback<CRPCCommand::Actor>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, request :RpcRequest, response :Text, lastHandler :Bool) -> (
        error :Text $Proxy.exception("std::exception"),
        typeError :Text $Proxy.exception("UniValue::type_error"),
        help :Text $Proxy.exception("HelpResult"),
        rpcError :Text $Proxy.exception("UniValue"),
        response :Text,
        result :Bool)
        $Policy.method(repeat = unsafe, secret = everything);
}

struct RpcRequest {
    id @0 :Text;
    hasId @1 :Bool;
    method @2 :Text;
    params @3 :Text;
    mode @4 :Int32;
    uri @5 :Text;
    authUser @6 :Text;
    peerAddress @7 :Text;
    version @8 :Int32;
    # The node's tip, if the process had received all notifications when the request was sent.
    tip @9 :Data;
}

# The information that a caller of a find method requests, and the answer.
struct FoundBlockRequest {
    wantHash @0 :Bool;
    wantHeight @1 :Bool;
    wantTime @2 :Bool;
    wantMaxTime @3 :Bool;
    wantMtpTime @4 :Bool;
    wantInActiveChain @5 :Bool;
    wantLocator @6 :Bool;
    wantData @7 :Bool;
    next @8 :FoundBlockRequest;
}

struct FoundBlock {
    found @0 :Bool;
    hash @1 :Data;
    height @2 :Int32;
    time @3 :Int64;
    maxTime @4 :Int64;
    mtpTime @5 :Int64;
    inActiveChain @6 :Bool;
    locator @7 :Data;
    data @8 :Data;
    next @9 :FoundBlock;
}

struct BlockInfo {
    hash @0 :Data;
    prevHash @1 :Data;
    height @2 :Int32;
    fileNumber @3 :Int32;
    dataPos @4 :UInt32;
    data @5 :Data;
    undoData @6 :Data;
    chainTimeMax @7 :UInt32;
}

struct ChainstateRole $Proxy.wrap("kernel::ChainstateRole") {
    validated @0 :Bool;
    historical @1 :Bool;
}

struct FeeCalculation $Proxy.wrap("FeeCalculation") {
    estimate @0 :EstimationResult $Proxy.name("est");
    reason @1 :Int32;
    desiredTarget @2 :Int32;
    returnedTarget @3 :Int32;
    bestHeight @4 :UInt32 $Proxy.name("best_height");
}

struct EstimationResult $Proxy.wrap("EstimationResult") {
    pass @0 :EstimatorBucket;
    fail @1 :EstimatorBucket;
    decay @2 :Float64;
    scale @3 :UInt32;
}

struct EstimatorBucket $Proxy.wrap("EstimatorBucket") {
    start @0 :Float64;
    end @1 :Float64;
    withinTarget @2 :Float64;
    totalConfirmed @3 :Float64;
    inMempool @4 :Float64;
    leftMempool @5 :Float64;
}

struct BumpFee {
    outpoint @0 :Data;
    fee @1 :Int64;
}
