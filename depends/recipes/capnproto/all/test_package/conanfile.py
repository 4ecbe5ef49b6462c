"""A consumer of Cap'n Proto: a schema compiled by the tool, a message by the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conan import ConanFile


class TestCapnProto(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"

    def build_requirements(self) -> None:
        self.tool_requires(self.tested_reference_str)

    def cmake_variables(self) -> dict[str, Any]:
        tools = Path(self.dependencies.build["capnproto"].package_folder) / "bin"
        return {
            "CAPNP_EXECUTABLE": (tools / "capnp").as_posix(),
            "CAPNPC_CXX_EXECUTABLE": (tools / "capnpc-c++").as_posix(),
        }
