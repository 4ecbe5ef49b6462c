"""A consumer of qrencode: header and library by their names."""

from __future__ import annotations

from conan import ConanFile


class TestQrencode(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"
