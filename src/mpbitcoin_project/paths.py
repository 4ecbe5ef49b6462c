"""Paths in the checkout."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
DEPENDS = PROJECT / "depends"
#: PYTHONPATH of a program that imports our packages.
IMPORTS = os.pathsep.join([str(PROJECT / "src"), str(DEPENDS / "src")])
