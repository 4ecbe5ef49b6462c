"""A consumer of libmultiprocess: runs mpgen on a schema and makes a call over a socket pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conan import ConanFile


class TestLibmultiprocess(ConanFile):
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.TestRecipe"

    def build_requirements(self) -> None:
        self.tool_requires(self.tested_reference_str)
        self.tool_requires("capnproto/<host_version>")

    def cmake_variables(self) -> dict[str, Any]:
        tools = Path(self.dependencies.build["capnproto"].package_folder) / "bin"
        mpgen = Path(self.dependencies.build["libmultiprocess"].package_folder) / "bin" / "mpgen"
        return {
            "CAPNP_EXECUTABLE": (tools / "capnp").as_posix(),
            "CAPNPC_CXX_EXECUTABLE": (tools / "capnpc-c++").as_posix(),
            "MPGEN_EXECUTABLE": mpgen.as_posix(),
        }
