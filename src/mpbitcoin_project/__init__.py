"""Configuring, building and running the executables."""
