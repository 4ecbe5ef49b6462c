"""The actions of `mpbitcoin ipc`, a module each."""
