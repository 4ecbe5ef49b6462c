"""A consumer of libevent, found by its CMake files as Bitcoin Core finds it."""

from __future__ import annotations

from conan import ConanFile


class TestLibevent(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"
