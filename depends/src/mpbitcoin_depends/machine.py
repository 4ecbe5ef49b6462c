"""The machine's cores, memory and free disk space."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

#: Memory that one compiler of Bitcoin Core's largest file takes, in bytes; most take half.
COMPILER_MEMORY = 2 * 1024**3
#: Most parallel jobs: enough for any machine, and they always fit into a job server's pipe.
MOST_JOBS = 4096


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory(group: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Bytes of memory: the machine's, or the control group's limit when it is lower."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(physical, int(group.read_text(encoding="ascii")))
    except (OSError, ValueError):  # no control groups, or "max"
        return physical


def compile_jobs() -> int:
    """How many compilers cores and memory allow in parallel."""
    # The same rule as in cmake/JobPools.cmake: a GiB each, and one more for the largest.
    return max(1, min(cores(), memory() // 2**30 - 1))


def free_space(folder: Path) -> int:
    """Free bytes on the disk of `folder`, or of its nearest parent that exists."""
    place = folder
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
