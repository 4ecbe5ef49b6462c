"""A consumer of Boost: the headers that Bitcoin Core trees of all lines include."""

from __future__ import annotations

from conan import ConanFile


class TestBoost(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"
