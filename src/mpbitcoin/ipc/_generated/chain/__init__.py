"""Written by mpbitcoin.ipc.codegen."""
