"""Bitcoin Core's functional suite, run with monolithic bitcoind and with our processes."""
