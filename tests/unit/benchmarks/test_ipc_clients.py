"""Goals of the clients' benchmark: ratios of one run, on any machine."""

from __future__ import annotations

from collections import defaultdict

import pytest
from ipc_clients import Figure, goals


@pytest.mark.parametrize("slower", [1, 3, 30])
@pytest.mark.parametrize(
    ("ours", "reached"),
    [
        (52_000, {"ours / python -c pass": True, "beyond python -c pass, ours / pycapnp": True}),
        (70_000, {"ours / python -c pass": True, "beyond python -c pass, ours / pycapnp": False}),
        (90_000, {"ours / python -c pass": False, "beyond python -c pass, ours / pycapnp": False}),
    ],
)
def test_a_slow_machine_imports_as_well_as_a_fast_one(
    ours: float, reached: dict[str, bool], slower: float
) -> None:
    found = defaultdict(lambda: Figure(1, 1, 1, 1))
    took = {"python -c pass": 12_000, "pycapnp, import": 67_000, "ours, import": ours}
    for name, median in took.items():
        found[name] = Figure(median * slower, 1, 1, 1)
    judged = {goal.name: goal.passed for goal in goals(found) if goal.name.startswith("import")}
    assert judged == {
        f"import{' ' if name.startswith('beyond') else ', '}{name}": passed
        for name, passed in reached.items()
    }
