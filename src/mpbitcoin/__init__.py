"""Bitcoin Core as separate processes: dependencies, executables and tools."""

__version__ = "0.1.0"
