"""The actions of `mpbitcoin ipc`, one module each."""
