"""Nodes: where the executables are, a throwaway regtest node, one that runs in the background."""
