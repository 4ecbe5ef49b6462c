"""A consumer of sys/sdt.h: a program with a tracepoint."""

from __future__ import annotations

from conan import ConanFile


class TestSystemtap(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"
