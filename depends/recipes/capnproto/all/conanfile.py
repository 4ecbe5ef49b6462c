"""Cap'n Proto: the libraries for RPC, and the compiler of schemas."""

from __future__ import annotations

from typing import Any

from conan import ConanFile


class CapnProto(ConanFile):
    name = "capnproto"
    description = "Serialisation and RPC; the capnp and capnpc-c++ tools"
    license = "MIT"
    homepage = "https://capnproto.org"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.CMakeRecipe"

    def cmake_variables(self) -> dict[str, Any]:
        return {
            "CAPNP_CORE_ONLY": True,
            "WITH_OPENSSL": False,
            "WITH_ZLIB": False,
            # On musl it would bring in a libucontext of the system's.
            "CMAKE_DISABLE_FIND_PACKAGE_PkgConfig": True,
        }

    def project_code(self) -> list[str]:
        if str(self.settings.compiler) == "msvc":
            return []
        # The tools run for milliseconds: not worth a fifth of the time to build.
        tools = "capnp_tool capnpc_cpp"
        append = f"set_property(TARGET {tools} APPEND PROPERTY COMPILE_OPTIONS -O1)"
        return [f"cmake_language(DEFER CALL {append.replace('(', ' ', 1)}"]
