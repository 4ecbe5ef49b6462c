"""qrencode: QR codes for the graphical user interface."""

from __future__ import annotations

from typing import Any

from conan import ConanFile


class Qrencode(ConanFile):
    name = "qrencode"
    description = "Encoder for QR codes, without tools"
    license = "LGPL-2.1-or-later"
    homepage = "https://fukuchi.org/works/qrencode/"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.CMakeRecipe"

    def cmake_variables(self) -> dict[str, Any]:
        return {
            "CMAKE_DISABLE_FIND_PACKAGE_Iconv": True,
            "CMAKE_DISABLE_FIND_PACKAGE_PNG": True,
            "WITHOUT_PNG": True,
            "WITH_TESTS": False,
            "WITH_TOOLS": False,
        }

    def compile_options(self) -> list[str]:
        # Newer compilers report these as errors; the configuration has no header for strdup.
        return ["-Wno-int-conversion", "-Wno-implicit-function-declaration"]
