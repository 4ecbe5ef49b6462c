"""A consumer of ZeroMQ, found by its CMake files."""

from __future__ import annotations

from conan import ConanFile


class TestZeroMQ(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"
