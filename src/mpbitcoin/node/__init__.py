"""Nodes: finds executables, runs temporary regtest nodes and nodes in the background."""
