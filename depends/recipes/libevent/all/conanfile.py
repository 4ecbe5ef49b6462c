"""libevent: the event loop, HTTP server and HTTP client of Bitcoin Core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conan import ConanFile
from conan.tools.files import load, replace_in_file, rm, save


class Libevent(ConanFile):
    name = "libevent"
    description = "Event notification: core, extra (HTTP, DNS) and pthreads"
    license = "BSD-3-Clause"
    homepage = "https://libevent.org"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.CMakeRecipe"
    unwanted = ("bin", "share")

    def cmake_variables(self) -> dict[str, Any]:
        off = ("BENCHMARK", "OPENSSL", "REGRESS", "SAMPLES", "TESTS")
        return {
            "EVENT__LIBRARY_TYPE": "STATIC",
            **{f"EVENT__DISABLE_{part}": True for part in off},
        }

    def compile_definitions(self) -> list[str]:
        windows = ["_WIN32_WINNT=0x0A00"] if str(self.settings.os) == "Windows" else []
        return ["_GNU_SOURCE", *windows]

    def compile_options(self) -> list[str]:
        # libevent reads untrusted data: use all checks of the C library.
        return ["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"]

    def tidy(self, package: Path) -> None:
        # Old names of the headers, and functions that work on one global event base.
        rm(self, "ev*.h", str(package / "include"))
        rm(self, "*_compat.h", str(package / "include" / "event2"))
        for file in (package / "lib" / "pkgconfig").glob("*.pc"):
            self._fix_pkg_config(file)
        # The branch for use from the build folder contains that folder's path.
        config = str(package / "lib" / "cmake" / "libevent" / "LibeventConfig.cmake")
        replace_in_file(self, config, self.build_folder, "${_INSTALL_PREFIX}")
        replace_in_file(self, config, self.source_folder, "${_INSTALL_PREFIX}")

    def _fix_pkg_config(self, file: Path) -> None:
        fixed = {
            # The files contain the version of the ABI; consumers ask for the release.
            "Version:": f"Version: {str(self.version).split('-', 1)[0]}",
            # We do not build the combined library.
            "Requires: libevent": "Requires: libevent_core",
        }
        lines = []
        for line in load(self, str(file)).splitlines():
            start = next((start for start in fixed if line.startswith(start)), None)
            lines.append(fixed[start] if start else line)
        save(self, str(file), "\n".join(lines) + "\n")
