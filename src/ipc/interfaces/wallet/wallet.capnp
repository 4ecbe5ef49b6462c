# interfaces::Wallet: a loaded wallet, as the node and a GUI see it. Parameters are in the order of
# the C++ method. Values to which a method appends (errors, warnings) travel in both directions.
# Values that a method only sets travel back: they are zero or empty if the method does not set
# them.

@0xbe77da44a9ba9d7e;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mpbitcoin::messages");

using Proxy = import "/mp/proxy.capnp";
$Proxy.include("interfaces/wallet.h");
$Proxy.includeTypes("ipc/interfaces/wallet/types.h");

using Chain = import "../chain/chain.capnp";
using Common = import "../common/common.capnp";
using Handler = import "../handler/handler.capnp";
using Policy = import "../common/policy.capnp";

interface Wallet $Proxy.wrap("interfaces::Wallet") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);

    # Encryption. A passphrase is Data behind an AnyPointer, which Cap'n Proto never prints.
    encryptWallet @1 (context :Proxy.Context, passphrase :AnyPointer) -> (error :Text $Proxy.exception("std::exception"), result :Bool)
        $Policy.method(repeat = unsafe, secret = parameters);
    isCrypted @2 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    lock @3 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.command);
    unlock @4 (context :Proxy.Context, passphrase :AnyPointer) -> (error :Text $Proxy.exception("std::exception"), result :Bool)
        $Policy.method(repeat = unsafe, secret = parameters);
    isLocked @5 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    changeWalletPassphrase @6 (context :Proxy.Context, oldPassphrase :AnyPointer, newPassphrase :AnyPointer) -> (error :Text $Proxy.exception("std::exception"), result :Bool)
        $Policy.method(repeat = unsafe, secret = parameters);

    # The wallet itself. Methods without a context only set or read a value, at once.
    abortRescan @7 () -> () $Policy.method(Policy.command);
    backupWallet @8 (context :Proxy.Context, filename :Text) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    getWalletName @9 () -> (result :Text) $Policy.method(Policy.query);

    # Keys and addresses.
    getNewDestination @10 (context :Proxy.Context, type :Int32, label :Text) -> (error :Text $Proxy.exception("std::exception"), result :Common.Result(TxDestination)) $Policy.method(Policy.command);
    getPubKey @11 (context :Proxy.Context, script :Data, address :Data) -> (pubKey :Data, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    signMessage @12 (context :Proxy.Context, message :Text, pkHash :Data) -> (signature :Text, error :Text $Proxy.exception("std::exception"), result :Int32) $Policy.method(Policy.query);
    isSpendable @13 (context :Proxy.Context, destination :TxDestination) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    setAddressBook @14 (context :Proxy.Context, destination :TxDestination, name :Text, purpose :Int32, hasPurpose :Bool) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    delAddressBook @15 (context :Proxy.Context, destination :TxDestination) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    getAddress @16 (context :Proxy.Context, destination :TxDestination, wantName :Bool, wantPurpose :Bool) -> (name :Text, purpose :Int32, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    getAddresses @17 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :List(WalletAddress)) $Policy.method(Policy.query);
    getAddressReceiveRequests @18 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :List(Text)) $Policy.method(Policy.query);
    setAddressReceiveRequest @19 (context :Proxy.Context, destination :TxDestination, id :Text, value :Text) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    displayAddress @20 (context :Proxy.Context, destination :TxDestination) -> (error :Text $Proxy.exception("std::exception"), result :Common.ResultVoid) $Policy.method(Policy.command);

    # Locked coins.
    lockCoin @21 (context :Proxy.Context, output :Data, writeToDb :Bool) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    unlockCoin @22 (context :Proxy.Context, output :Data) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    isLockedCoin @23 (context :Proxy.Context, output :Data) -> (result :Bool) $Policy.method(Policy.query);
    listLockedCoins @24 (context :Proxy.Context, outputs :List(Data)) -> (outputs :List(Data)) $Policy.method(Policy.query);

    # Making transactions. A transaction with outputs but no inputs can't be sent.
    createTransaction @25 (context :Proxy.Context, recipients :List(Recipient), coinControl :CoinControl, sign :Bool, changePos :UInt32, hasChangePos :Bool) -> (error :Text $Proxy.exception("std::exception"), result :Common.Result(CreatedTransaction))
        $Policy.method(repeat = unsafe, secret = nothing, check = "mpbitcoin::CheckAmounts");
    commitTransaction @26 (context :Proxy.Context, tx :Data, valueMap :List(Common.Pair(Text, Text)), orderForm :List(Common.Pair(Text, Text))) -> (error :Text $Proxy.exception("std::exception"))
        $Policy.method(repeat = unsafe, secret = nothing, required = ["tx"]);
    transactionCanBeAbandoned @27 (context :Proxy.Context, txid :Data) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    abandonTransaction @28 (context :Proxy.Context, txid :Data) -> (error :Text $Proxy.exception("std::exception"), result :Bool)
        $Policy.method(repeat = unsafe, secret = nothing, check = "mpbitcoin::CheckKnown");
    transactionCanBeBumped @29 (context :Proxy.Context, txid :Data) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    createBumpTransaction @30 (context :Proxy.Context, txid :Data, coinControl :CoinControl, errors :List(Common.BilingualStr)) -> (errors :List(Common.BilingualStr), oldFee :Int64, newFee :Int64, tx :Data, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    signBumpTransaction @31 (context :Proxy.Context, tx :Data) -> (tx :Data, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    commitBumpTransaction @32 (context :Proxy.Context, txid :Data, tx :Data, errors :List(Common.BilingualStr)) -> (errors :List(Common.BilingualStr), bumpedTxid :Data, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.command);
    fillPSBT @33 (context :Proxy.Context, sighashType :Int32, hasSighashType :Bool, sign :Bool, bip32Derivs :Bool, signedInputs :UInt64, wantSignedInputs :Bool, psbt :Data) -> (signedInputs :UInt64, psbt :Data, complete :Bool, error :Text $Proxy.exception("std::exception"), result :Int32, hasResult :Bool) $Policy.method(Policy.command);

    # The wallet's transactions.
    getTx @34 (context :Proxy.Context, txid :Data) -> (error :Text $Proxy.exception("std::exception"), result :Data) $Policy.method(Policy.query);
    getWalletTx @35 (context :Proxy.Context, txid :Data) -> (error :Text $Proxy.exception("std::exception"), result :WalletTx) $Policy.method(Policy.query);
    getWalletTxs @36 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :List(WalletTx)) $Policy.method(Policy.query);
    tryGetTxStatus @37 (context :Proxy.Context, txid :Data) -> (status :WalletTxStatus, numBlocks :Int32, blockTime :Int64, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    getWalletTxDetails @38 (context :Proxy.Context, txid :Data) -> (status :WalletTxStatus, orderForm :List(Common.Pair(Text, Text)), inMempool :Bool, numBlocks :Int32, error :Text $Proxy.exception("std::exception"), result :WalletTx) $Policy.method(Policy.query);

    # Balances and coins.
    getBalances @39 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :WalletBalances) $Policy.method(Policy.query);
    tryGetBalances @40 (context :Proxy.Context) -> (balances :WalletBalances, blockHash :Data, error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    getBalance @41 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :Int64) $Policy.method(Policy.query);
    getAvailableBalance @42 (context :Proxy.Context, coinControl :CoinControl) -> (error :Text $Proxy.exception("std::exception"), result :Int64) $Policy.method(Policy.query);
    txinIsMine @43 (context :Proxy.Context, txin :Data) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    txoutIsMine @44 (context :Proxy.Context, txout :Data) -> (error :Text $Proxy.exception("std::exception"), result :Bool) $Policy.method(Policy.query);
    getDebit @45 (context :Proxy.Context, txin :Data) -> (error :Text $Proxy.exception("std::exception"), result :Int64) $Policy.method(Policy.query);
    getCredit @46 (context :Proxy.Context, txout :Data) -> (error :Text $Proxy.exception("std::exception"), result :Int64) $Policy.method(Policy.query);
    listCoins @47 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception"), result :List(CoinsGroup)) $Policy.method(Policy.query);
    getCoins @48 (context :Proxy.Context, outputs :List(Data)) -> (error :Text $Proxy.exception("std::exception"), result :List(WalletTxOut))
        $Policy.method(repeat = safe, secret = nothing, check = "mpbitcoin::CheckOutputs");

    # Fees and properties.
    getRequiredFee @49 (context :Proxy.Context, txBytes :UInt32) -> (error :Text $Proxy.exception("std::exception"), result :Int64)
        $Policy.method(repeat = safe, secret = nothing, ranges = [(parameter = "txBytes", max = 2147483647)]);
    getMinimumFee @50 (context :Proxy.Context, txBytes :UInt32, coinControl :CoinControl, wantReturnedTarget :Bool, wantReason :Bool) -> (returnedTarget :Int32, reason :Int32, error :Text $Proxy.exception("std::exception"), result :Int64)
        $Policy.method(repeat = safe, secret = nothing, ranges = [(parameter = "txBytes", max = 2147483647)]);
    getConfirmTarget @51 () -> (result :UInt32) $Policy.method(Policy.query);
    hdEnabled @52 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    canGetAddresses @53 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    privateKeysDisabled @54 () -> (result :Bool) $Policy.method(Policy.query);
    taprootEnabled @55 (context :Proxy.Context) -> (result :Bool) $Policy.method(Policy.query);
    hasExternalSigner @56 () -> (result :Bool) $Policy.method(Policy.query);
    getDefaultAddressType @57 () -> (result :Int32) $Policy.method(Policy.query);
    getDefaultMaxTxFee @58 () -> (result :Int64) $Policy.method(Policy.query);
    remove @59 (context :Proxy.Context) -> (error :Text $Proxy.exception("std::exception")) $Policy.method(Policy.command);

    # Notifications.
    handleUnload @60 (context :Proxy.Context, callback :UnloadFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
    handleShowProgress @61 (context :Proxy.Context, callback :ShowProgressFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
    handleStatusChanged @62 (context :Proxy.Context, callback :StatusChangedFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
    handleAddressBookChanged @63 (context :Proxy.Context, callback :AddressBookChangedFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
    handleTransactionChanged @64 (context :Proxy.Context, callback :TransactionChangedFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
    handleCanGetAddressesChanged @65 (context :Proxy.Context, callback :CanGetAddressesChangedFn) -> (error :Text $Proxy.exception("std::exception"), result :Handler.Handler)
        $Policy.method(repeat = unsafe, secret = nothing, callbacks = direct);
}

interface UnloadFn $Proxy.wrap("ProxyCallback<interfaces::Wallet::UnloadFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context) -> () $Policy.method(Policy.command);
}

interface ShowProgressFn $Proxy.wrap("ProxyCallback<interfaces::Wallet::ShowProgressFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, title :Text, progress :Int32) -> () $Policy.method(Policy.command);
}

interface StatusChangedFn $Proxy.wrap("ProxyCallback<interfaces::Wallet::StatusChangedFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context) -> () $Policy.method(Policy.command);
}

interface AddressBookChangedFn $Proxy.wrap("ProxyCallback<interfaces::Wallet::AddressBookChangedFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, address :TxDestination, label :Text, isMine :Bool, purpose :Int32, status :Int32) -> () $Policy.method(Policy.command);
}

interface TransactionChangedFn $Proxy.wrap("ProxyCallback<interfaces::Wallet::TransactionChangedFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context, txid :Data, status :Int32) -> () $Policy.method(Policy.command);
}

interface CanGetAddressesChangedFn $Proxy.wrap("ProxyCallback<interfaces::Wallet::CanGetAddressesChangedFn>") {
    destroy @0 (context :Proxy.Context) -> () $Policy.method(Policy.destroy);
    call @1 (context :Proxy.Context) -> () $Policy.method(Policy.command);
}

# CTxDestination by kind: scripts would not distinguish the kinds.
struct TxDestination {
    union {
        # A script without an address; may be empty.
        none @0 :Data;
        pubKey @1 :Data;
        pubKeyHash @2 :Data;
        scriptHash @3 :Data;
        witnessV0ScriptHash @4 :Data;
        witnessV0KeyHash @5 :Data;
        witnessV1Taproot @6 :Data;
        payToAnchor @7 :Void;
        witnessUnknown :group {
            version @8 :UInt32;
            program @9 :Data;
        }
    }
}

struct WalletAddress {
    destination @0 :TxDestination;
    isMine @1 :Bool;
    purpose @2 :Int32;
    name @3 :Text;
}

struct WalletBalances $Proxy.wrap("interfaces::WalletBalances") {
    balance @0 :Int64;
    unconfirmedBalance @1 :Int64 $Proxy.name("unconfirmed_balance");
    immatureBalance @2 :Int64 $Proxy.name("immature_balance");
    usedBalance @3 :Int64 $Proxy.name("used_balance");
    nonmempoolBalance @4 :Int64 $Proxy.name("nonmempool_balance");
}

# The lists have an entry per input or output of `tx`. Without `tx`, all lists are empty.
struct WalletTx {
    tx @0 :Data;
    txinIsMine @1 :List(Bool);
    txoutIsMine @2 :List(Bool);
    txoutIsChange @3 :List(Bool);
    txoutAddress @4 :List(TxDestination);
    txoutAddressIsMine @5 :List(Bool);
    credit @6 :Int64;
    debit @7 :Int64;
    change @8 :Int64;
    time @9 :Int64;
    valueMap @10 :List(Common.Pair(Text, Text));
    isCoinbase @11 :Bool;
}

struct WalletTxStatus $Proxy.wrap("interfaces::WalletTxStatus") {
    blockHeight @0 :Int32 $Proxy.name("block_height");
    blocksToMaturity @1 :Int32 $Proxy.name("blocks_to_maturity");
    depthInMainChain @2 :Int32 $Proxy.name("depth_in_main_chain");
    timeReceived @3 :UInt32 $Proxy.name("time_received");
    lockTime @4 :UInt32 $Proxy.name("lock_time");
    isTrusted @5 :Bool $Proxy.name("is_trusted");
    isAbandoned @6 :Bool $Proxy.name("is_abandoned");
    isCoinbase @7 :Bool $Proxy.name("is_coinbase");
    isInMainChain @8 :Bool $Proxy.name("is_in_main_chain");
}

struct WalletTxOut {
    txout @0 :Data;
    time @1 :Int64;
    depthInMainChain @2 :Int32 = -1;
    isSpent @3 :Bool;
}

struct CoinsGroup {
    destination @0 :TxDestination;
    coins @1 :List(Coin);

    struct Coin {
        outpoint @0 :Data;
        output @1 :WalletTxOut;
    }
}

struct Recipient {
    destination @0 :TxDestination;
    amount @1 :Int64;
    subtractFeeFromAmount @2 :Bool;
}

struct CreatedTransaction {
    tx @0 :Data;
    fee @1 :Int64;
    feeCalculation @2 :Chain.FeeCalculation;
    changePos @3 :UInt32;
    hasChangePos @4 :Bool;
}

# wallet::CCoinControl, with the defaults of the class.
struct CoinControl {
    changeDestination @0 :TxDestination;
    changeType @1 :Int32;
    hasChangeType @2 :Bool;
    includeUnsafeInputs @3 :Bool;
    allowOtherInputs @4 :Bool = true;
    overrideFeeRate @5 :Bool;
    feeRate @6 :Data;
    confirmTarget @7 :UInt32;
    hasConfirmTarget @8 :Bool;
    signalRbf @9 :Bool;
    hasSignalRbf @10 :Bool;
    avoidPartialSpends @11 :Bool;
    avoidAddressReuse @12 :Bool;
    feeMode @13 :Int32;
    minDepth @14 :Int32;
    maxDepth @15 :Int32 = 9999999;
    externalProvider @16 :SigningData;
    version @17 :UInt32 = 2;
    lockTime @18 :UInt32;
    hasLockTime @19 :Bool;
    maxTxWeight @20 :Int32;
    hasMaxTxWeight @21 :Bool;
    inputs @22 :List(SelectedInput);
    # Whether an input was ever selected: then the order of the inputs counts.
    hasSelectedOrder @23 :Bool;
}

struct SelectedInput {
    outpoint @0 :Data;
    # An absent pointer is an unset member.
    txout @1 :Data;
    weight @2 :Int64;
    hasWeight @3 :Bool;
    sequence @4 :UInt32;
    hasSequence @5 :Bool;
    scriptSig @6 :Data;
    scriptWitness @7 :List(Data);
    position @8 :UInt32;
    # Only an input with nothing but a weight has no position.
    hasPosition @9 :Bool;
}

# FlatSigningProvider without its keys for lookups, which follow from the rest, and without secrets:
# private keys and nonces never travel.
struct SigningData {
    scripts @0 :List(Data);
    pubKeys @1 :List(Data);
    origins @2 :List(KeyOrigin);
    trees @3 :List(TaprootTree);
    aggregateKeys @4 :List(AggregateKey);

    struct KeyOrigin {
        pubKey @0 :Data;
        fingerprint @1 :Data;
        path @2 :List(UInt32);
    }

    struct TaprootTree {
        internalKey @0 :Data;
        # In depth-first order.
        leaves @1 :List(Leaf);

        struct Leaf {
            depth @0 :UInt8;
            version @1 :UInt8;
            script @2 :Data;
        }
    }

    struct AggregateKey {
        pubKey @0 :Data;
        participants @1 :List(Data);
    }
}
