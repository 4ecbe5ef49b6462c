"""Docstrings of the wallets' methods. The schemas' own comments are for C++."""

from __future__ import annotations

WALLET = {
    "WalletLoader": "All wallets of a wallet process.",
    "WalletLoader.createWallet": (
        "Make and load a wallet, encrypted if the passphrase is not empty. `flags`: 2**34 with"
        " descriptors (always set), 2**32 without private keys, 2**33 blank, 1 without address"
        " reuse. Raises RemoteError."
    ),
    "WalletLoader.loadWallet": "Load a wallet. Raises RemoteError.",
    "WalletLoader.getWalletDir": "The folder of all wallets.",
    "WalletLoader.restoreWallet": "Restore a wallet from a backup. Raises RemoteError.",
    "WalletLoader.migrateWallet": (
        "Convert a wallet to descriptors; returns its backup and the resulting wallets."
    ),
    "WalletLoader.isEncrypted": "Whether an unloaded wallet is encrypted.",
    "WalletLoader.listWalletDir": "Wallets in the folder, each with its database format.",
    "WalletLoader.getWallets": "The loaded wallets.",
    "WalletLoader.handleLoadWallet": "Call a function with each newly loaded wallet.",
    "LoadWalletFn": "Called with a newly loaded wallet.",
    "LoadWalletFn.call": "A wallet was loaded.",
    "Wallet": (
        "A loaded wallet. Transactions, outpoints and outputs are serialized, amounts satoshis."
    ),
    "Wallet.encryptWallet": "Encrypt the wallet; returns whether that succeeded.",
    "Wallet.isCrypted": "Whether the wallet is encrypted.",
    "Wallet.lock": "Lock the keys; returns whether that succeeded.",
    "Wallet.unlock": "Unlock the keys; returns whether the passphrase is correct.",
    "Wallet.isLocked": "Whether the keys are locked.",
    "Wallet.changeWalletPassphrase": (
        "Change the passphrase; returns whether the old one is correct."
    ),
    "Wallet.abortRescan": "Stop a running rescan.",
    "Wallet.backupWallet": (
        "Copy the wallet to a file of the wallet process; returns whether that succeeded."
    ),
    "Wallet.getWalletName": "The wallet's name.",
    "Wallet.getNewDestination": (
        "A new address. `type`: 0 legacy, 1 P2SH, 2 bech32, 3 bech32m. Raises RemoteError."
    ),
    "Wallet.getPubKey": "The public key of a script's address.",
    "Wallet.signMessage": (
        "Sign a text with an address' key. `result`: 0 success, 1 no such key, 2 failure."
    ),
    "Wallet.isSpendable": "Whether the wallet can spend from an address.",
    "Wallet.setAddressBook": (
        "Label an address. `purpose`: 0 receive, 1 send, 2 refund, None unchanged."
    ),
    "Wallet.delAddressBook": "Remove an address from the address book.",
    "Wallet.getAddress": "Label and purpose of an address; `result` is whether it is known.",
    "Wallet.getAddresses": "The address book.",
    "Wallet.getAddressReceiveRequests": "Stored payment requests.",
    "Wallet.setAddressReceiveRequest": "Store a payment request; an empty one removes it.",
    "Wallet.displayAddress": "Show an address on the external signer. Raises RemoteError.",
    "Wallet.lockCoin": "Lock an output against spending; with `write_to_db` also after a restart.",
    "Wallet.unlockCoin": "Unlock an output.",
    "Wallet.isLockedCoin": "Whether an output is locked.",
    "Wallet.listLockedCoins": "Add the locked outputs to `outputs`.",
    "Wallet.createTransaction": (
        "Make a transaction that pays the recipients, signed or not, without sending it;"
        " `change_pos` is the position of the change. Raises RemoteError."
    ),
    "Wallet.commitTransaction": (
        "Add a transaction to the wallet and send it. Stores the pairs of texts with it."
    ),
    "Wallet.transactionCanBeAbandoned": "Whether a transaction can be abandoned.",
    "Wallet.abandonTransaction": "Abandon a transaction: its inputs can be spent again.",
    "Wallet.transactionCanBeBumped": "Whether a transaction's fee can be raised.",
    "Wallet.createBumpTransaction": "Make a transaction that replaces one, with a higher fee.",
    "Wallet.signBumpTransaction": "Sign such a transaction.",
    "Wallet.commitBumpTransaction": "Send such a transaction.",
    "Wallet.fillPSBT": (
        "Add the wallet's data to a PSBT, and signatures if `sign`. `complete` when no signature"
        " is missing; `result` is the error's number, None on success."
    ),
    "Wallet.getTx": "A transaction of the wallet; empty without one of this id.",
    "Wallet.getWalletTx": "A transaction with the wallet's share of it.",
    "Wallet.getWalletTxs": "All transactions of the wallet.",
    "Wallet.tryGetTxStatus": "A transaction's status, unless the wallet is busy.",
    "Wallet.getWalletTxDetails": "A transaction with its status and stored texts.",
    "Wallet.getBalances": "All balances.",
    "Wallet.tryGetBalances": "All balances and their block, unless the wallet is busy.",
    "Wallet.getBalance": "The spendable amount.",
    "Wallet.getAvailableBalance": "The spendable amount under the coin control's rules.",
    "Wallet.txinIsMine": "Whether an input spends from the wallet.",
    "Wallet.txoutIsMine": "Whether an output is the wallet's.",
    "Wallet.getDebit": "Amount that an input takes from the wallet.",
    "Wallet.getCredit": "Amount that an output adds to the wallet.",
    "Wallet.listCoins": "Spendable and locked outputs, by address.",
    "Wallet.getCoins": "The wallet's data about these outputs.",
    "Wallet.getRequiredFee": "The minimum fee of a transaction of this size in bytes.",
    "Wallet.getMinimumFee": (
        "The fee of a transaction of this size in bytes under the coin control's rules."
    ),
    "Wallet.getConfirmTarget": "Number of blocks within which transactions should confirm.",
    "Wallet.hdEnabled": "Whether keys are derived from a seed.",
    "Wallet.canGetAddresses": "Whether the wallet can make new addresses.",
    "Wallet.privateKeysDisabled": "Whether the wallet has no private keys.",
    "Wallet.taprootEnabled": "Whether the wallet can receive to taproot addresses.",
    "Wallet.hasExternalSigner": "Whether an external device signs.",
    "Wallet.getDefaultAddressType": "Type of new addresses: 0 legacy, 1 P2SH, 2 bech32, 3 bech32m.",
    "Wallet.getDefaultMaxTxFee": "The highest allowed fee of a transaction.",
    "Wallet.remove": "Unload the wallet.",
    "Wallet.handleUnload": "Call a function before the wallet is unloaded.",
    "Wallet.handleShowProgress": "Call a function with the progress of a rescan.",
    "Wallet.handleStatusChanged": "Call a function when the wallet is locked or unlocked.",
    "Wallet.handleAddressBookChanged": "Call a function when the address book changes.",
    "Wallet.handleTransactionChanged": "Call a function with each change of a transaction.",
    "Wallet.handleCanGetAddressesChanged": (
        "Call a function when new addresses are available or the last one is used."
    ),
    "UnloadFn": "Called before a wallet is unloaded.",
    "UnloadFn.call": "The wallet is about to be unloaded.",
    "ShowProgressFn": "Called with the progress of a rescan.",
    "ShowProgressFn.call": "The activity and its progress in percent.",
    "StatusChangedFn": "Called when a wallet is locked or unlocked.",
    "StatusChangedFn.call": "The wallet was locked or unlocked.",
    "AddressBookChangedFn": "Called when the address book changes.",
    "AddressBookChangedFn.call": "An entry changed. `status`: 0 new, 1 changed, 2 removed.",
    "TransactionChangedFn": "Called when a wallet's transactions change.",
    "TransactionChangedFn.call": "A transaction changed. `status`: 0 new, 1 changed, 2 removed.",
    "CanGetAddressesChangedFn": "Called when new addresses are available or the last one is used.",
    "CanGetAddressesChangedFn.call": "New addresses are available, or the last one is used.",
    "CoinControl": "Options for making a transaction; by default the wallet's own.",
    "CoinsGroup": "The coins of an address.",
    "CoinsGroupCoin": "A coin.",
    "CreatedTransaction": "A new transaction with its fee in satoshis.",
    "Recipient": "A recipient, the amount in satoshis, and whether the fee is subtracted from it.",
    "SelectedInput": "A selected input.",
    "SigningData": "An external provider's data about scripts and keys; never secrets.",
    "SigningDataAggregateKey": "A key of several participants.",
    "SigningDataKeyOrigin": "The origin of a key.",
    "SigningDataTaprootTree": "The scripts of a taproot output.",
    "SigningDataTaprootTreeLeaf": "A script of a taproot output.",
    "TxDestination": (
        "An address, by its kind: `value` is a hash, key or script, None for `pay_to_anchor`."
    ),
    "TxDestinationWitnessUnknown": "An address of a future witness version.",
    "WalletAddress": "An entry of the address book.",
    "WalletBalances": "A wallet's balances in satoshis.",
    "WalletMigrationResult": "The result of a migration.",
    "WalletTx": "A transaction, and for each input and output whether it is the wallet's.",
    "WalletTxOut": "An output, its time, and its depth in the chain.",
    "WalletTxStatus": "The state of a transaction.",
}
