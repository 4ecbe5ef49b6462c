"""ZeroMQ: notifications about blocks and transactions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conan import ConanFile
from conan.tools.files import replace_in_file


class ZeroMQ(ConanFile):
    name = "zeromq"
    description = "Messaging library, without encryption, documentation and tools"
    license = "LGPL-3.0-or-later WITH LicenseRef-scancode-zeromq-exception-lgpl-3.0"
    homepage = "https://zeromq.org"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.CMakeRecipe"

    def source(self) -> None:
        super().source()
        # getconf asks the build machine instead of the host, and some machines answer "undefined".
        # Without an answer, ZeroMQ uses 64.
        replace_in_file(
            self,
            str(Path(self.source_folder) / "CMakeLists.txt"),
            "COMMAND getconf LEVEL1_DCACHE_LINESIZE",
            'COMMAND "${CMAKE_COMMAND}" -E true',
        )

    def cmake_variables(self) -> dict[str, Any]:
        variables: dict[str, Any] = {
            "BUILD_SHARED": False,
            "BUILD_STATIC": True,
            "BUILD_TESTS": False,
            "CMAKE_DISABLE_FIND_PACKAGE_AsciiDoc": True,
            "CMAKE_DISABLE_FIND_PACKAGE_PkgConfig": True,
            # A hundred small files include the same headers: this takes a quarter of the time.
            "CMAKE_UNITY_BUILD": True,
            "CMAKE_UNITY_BUILD_BATCH_SIZE": 12,
            "ENABLE_CLANG": False,
            "ENABLE_CPACK": False,
            "ENABLE_CURVE": False,
            "ENABLE_DRAFTS": False,
            # The C library has all that ZeroMQ needs of librt, so consumers need not link librt.
            "RT_LIBRARY": "",
            "WITH_DOCS": False,
            "WITH_LIBBSD": False,
            "WITH_LIBSODIUM": False,
            "WITH_PERF_TOOL": False,
            "ZMQ_BUILD_TESTS": False,
        }
        if str(self.settings.os) == "Windows":
            variables |= {"ZMQ_WIN32_WINNT": "0x0A00", "ZMQ_HAVE_IPC": False}
        return variables
