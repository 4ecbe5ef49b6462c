"""A consumer of SQLite, found by CMake's own module."""

from __future__ import annotations

from conan import ConanFile


class TestSqlite(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"
