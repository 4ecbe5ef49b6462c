"""What our schemas' methods of wallets do. Those schemas have the words of C++, not these."""

from __future__ import annotations

WALLET = {
    "WalletLoader": "All wallets of a wallet process.",
    "WalletLoader.createWallet": (
        "Make a wallet and load it, encrypted if the passphrase is not empty. `flags`: 2**34 with"
        " descriptors, which all new ones have, 2**32 without private keys, 2**33 blank, 1 for no"
        " address used twice. Raises RemoteError."
    ),
    "WalletLoader.loadWallet": "Load a wallet. Raises RemoteError.",
    "WalletLoader.getWalletDir": "The folder of all wallets.",
    "WalletLoader.restoreWallet": "Make a wallet of a backup. Raises RemoteError.",
    "WalletLoader.migrateWallet": (
        "Make a wallet with descriptors of one without; its backup and what it was split into."
    ),
    "WalletLoader.isEncrypted": "Whether a wallet that is not loaded is encrypted.",
    "WalletLoader.listWalletDir": "Wallets in the folder, each with the kind of its database.",
    "WalletLoader.getWallets": "The wallets that are loaded.",
    "WalletLoader.handleLoadWallet": "Have a function called with each wallet that is loaded.",
    "LoadWalletFn": "Called with a wallet that was loaded.",
    "LoadWalletFn.call": "A wallet was loaded.",
    "Wallet": (
        "A loaded wallet. Transactions, outpoints and outputs are serialized, amounts satoshis."
    ),
    "Wallet.encryptWallet": "Encrypt the wallet; whether it could be.",
    "Wallet.isCrypted": "Whether the wallet is encrypted.",
    "Wallet.lock": "Forget the keys; whether that could be done.",
    "Wallet.unlock": "Open the keys; whether the passphrase is right.",
    "Wallet.isLocked": "Whether the keys are out of reach.",
    "Wallet.changeWalletPassphrase": "Change the passphrase; whether the old one is right.",
    "Wallet.abortRescan": "End a rescan that runs.",
    "Wallet.backupWallet": "Copy the wallet to a file of the wallet process; whether it went well.",
    "Wallet.getWalletName": "The wallet's name.",
    "Wallet.getNewDestination": (
        "A new address. `type`: 0 legacy, 1 P2SH, 2 bech32, 3 bech32m. Raises RemoteError."
    ),
    "Wallet.getPubKey": "The public key that a script's address stands for.",
    "Wallet.signMessage": (
        "Sign a text with an address' key. `result`: 0 done, 1 there is no such key, 2 failed."
    ),
    "Wallet.isSpendable": "Whether the wallet can spend what is at an address.",
    "Wallet.setAddressBook": (
        "Name an address. `purpose`: 0 receive, 1 send, 2 refund, None as it was."
    ),
    "Wallet.delAddressBook": "Take an address out of the book.",
    "Wallet.getAddress": "Name and purpose of an address; `result` says whether it is known.",
    "Wallet.getAddresses": "The book of addresses.",
    "Wallet.getAddressReceiveRequests": "Requests for payments that were kept.",
    "Wallet.setAddressReceiveRequest": "Keep a request for a payment; an empty one removes it.",
    "Wallet.displayAddress": "Show an address on the external signer. Raises RemoteError.",
    "Wallet.lockCoin": "Do not spend an output; with `write_to_db` after a restart, too.",
    "Wallet.unlockCoin": "An output may be spent again.",
    "Wallet.isLockedCoin": "Whether an output may not be spent.",
    "Wallet.listLockedCoins": "`outputs` and those that may not be spent.",
    "Wallet.createTransaction": (
        "Make a transaction that pays the recipients, signed or not; `change_pos` is the place of"
        " the change. It is not sent. Raises RemoteError."
    ),
    "Wallet.commitTransaction": (
        "Take a transaction into the wallet and send it. Pairs of texts are kept with it."
    ),
    "Wallet.transactionCanBeAbandoned": "Whether a transaction can be given up.",
    "Wallet.abandonTransaction": "Give up a transaction: its inputs can be spent again.",
    "Wallet.transactionCanBeBumped": "Whether a transaction's fee can be raised.",
    "Wallet.createBumpTransaction": "Make a transaction that replaces one, with a higher fee.",
    "Wallet.signBumpTransaction": "Sign such a transaction.",
    "Wallet.commitBumpTransaction": "Send such a transaction.",
    "Wallet.fillPSBT": (
        "Add what the wallet knows to a PSBT, and its signatures if `sign`. `complete` when none"
        " is missing; `result` is the error's number, None without one."
    ),
    "Wallet.getTx": "A transaction of the wallet; empty when it has none with this id.",
    "Wallet.getWalletTx": "A transaction with what of it is the wallet's.",
    "Wallet.getWalletTxs": "All transactions of the wallet.",
    "Wallet.tryGetTxStatus": "A transaction's status, unless the wallet is busy.",
    "Wallet.getWalletTxDetails": "A transaction with its status and what was kept with it.",
    "Wallet.getBalances": "All balances.",
    "Wallet.tryGetBalances": "All balances, unless the wallet is busy, and the block they are of.",
    "Wallet.getBalance": "What can be spent.",
    "Wallet.getAvailableBalance": "What can be spent under the control's rules.",
    "Wallet.txinIsMine": "Whether an input spends from the wallet.",
    "Wallet.txoutIsMine": "Whether an output is the wallet's.",
    "Wallet.getDebit": "What an input takes from the wallet.",
    "Wallet.getCredit": "What an output gives to the wallet.",
    "Wallet.listCoins": "Outputs that can be spent or are locked, by address.",
    "Wallet.getCoins": "What the wallet knows of these outputs.",
    "Wallet.getRequiredFee": "The least fee of a transaction of so many bytes.",
    "Wallet.getMinimumFee": "The fee of a transaction of so many bytes under the control's rules.",
    "Wallet.getConfirmTarget": "Within how many blocks transactions should confirm.",
    "Wallet.hdEnabled": "Whether keys are derived from a seed.",
    "Wallet.canGetAddresses": "Whether there can be new addresses.",
    "Wallet.privateKeysDisabled": "Whether the wallet has no private keys.",
    "Wallet.taprootEnabled": "Whether the wallet can receive to taproot.",
    "Wallet.hasExternalSigner": "Whether another device signs.",
    "Wallet.getDefaultAddressType": "Type of new addresses: 0 legacy, 1 P2SH, 2 bech32, 3 bech32m.",
    "Wallet.getDefaultMaxTxFee": "The highest fee that a transaction may have.",
    "Wallet.remove": "Unload the wallet.",
    "Wallet.handleUnload": "Have a function called before the wallet goes.",
    "Wallet.handleShowProgress": "Have a function called with how far a rescan is.",
    "Wallet.handleStatusChanged": "Have a function called when the wallet is locked or unlocked.",
    "Wallet.handleAddressBookChanged": "Have a function called when the book changes.",
    "Wallet.handleTransactionChanged": "Have a function called with each change of a transaction.",
    "Wallet.handleCanGetAddressesChanged": (
        "Have a function called when new addresses are there, or none are left."
    ),
    "UnloadFn": "Called before a wallet goes.",
    "UnloadFn.call": "The wallet goes.",
    "ShowProgressFn": "Called with how far a rescan is.",
    "ShowProgressFn.call": "What goes on, and how far it is in percent.",
    "StatusChangedFn": "Called when a wallet is locked or unlocked.",
    "StatusChangedFn.call": "The wallet was locked or unlocked.",
    "AddressBookChangedFn": "Called when the book of addresses changes.",
    "AddressBookChangedFn.call": "An entry changed. `status`: 0 new, 1 changed, 2 removed.",
    "TransactionChangedFn": "Called when a wallet's transactions change.",
    "TransactionChangedFn.call": "A transaction changed. `status`: 0 new, 1 changed, 2 removed.",
    "CanGetAddressesChangedFn": "Called when new addresses are there, or none are left.",
    "CanGetAddressesChangedFn.call": "New addresses are there, or none are left.",
    "CoinControl": "How a transaction is to be made; the defaults are the wallet's own.",
    "CoinsGroup": "The coins of an address.",
    "CoinsGroupCoin": "A coin.",
    "CreatedTransaction": "A transaction that was made, with its fee in satoshis.",
    "Recipient": "Who is paid, how many satoshis, and whether the fee is taken off.",
    "SelectedInput": "An input that was chosen.",
    "SigningData": "What an external provider knows of scripts and keys; never a secret.",
    "SigningDataAggregateKey": "A key of several participants.",
    "SigningDataKeyOrigin": "Where a key comes from.",
    "SigningDataTaprootTree": "The scripts of a taproot output.",
    "SigningDataTaprootTreeLeaf": "A script of a taproot output.",
    "TxDestination": (
        "An address, by its kind: `value` is a hash, key or script, None for `pay_to_anchor`."
    ),
    "TxDestinationWitnessUnknown": "An address of a witness version to come.",
    "WalletAddress": "An entry in the book of addresses.",
    "WalletBalances": "What a wallet has, in satoshis.",
    "WalletMigrationResult": "What a migration made.",
    "WalletTx": "A transaction, and for each input and output whether it is the wallet's.",
    "WalletTxOut": "An output, its time, and how deep it is in the chain.",
    "WalletTxStatus": "Where a transaction is.",
}
