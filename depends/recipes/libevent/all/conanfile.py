"""libevent: event loop, HTTP server and client of Bitcoin Core."""

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
        # It reads what peers send: all checks that the C library has.
        return ["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"]

    def tidy(self, package: Path) -> None:
        # Old names of the headers, and functions that work on one global event base.
        rm(self, "ev*.h", str(package / "include"))
        rm(self, "*_compat.h", str(package / "include" / "event2"))
        for file in (package / "lib" / "pkgconfig").glob("*.pc"):
            self._mend_pkg_config(file)
        # A branch that is for use from the build folder names that folder.
        config = str(package / "lib" / "cmake" / "libevent" / "LibeventConfig.cmake")
        replace_in_file(self, config, self.build_folder, "${_INSTALL_PREFIX}")
        replace_in_file(self, config, self.source_folder, "${_INSTALL_PREFIX}")

    def _mend_pkg_config(self, file: Path) -> None:
        mended = {
            # They name the ABI's version; consumers ask for the release's.
            "Version:": f"Version: {str(self.version).split('-', 1)[0]}",
            # The combined library is not there.
            "Requires: libevent": "Requires: libevent_core",
        }
        lines = []
        for line in load(self, str(file)).splitlines():
            start = next((start for start in mended if line.startswith(start)), None)
            lines.append(mended[start] if start else line)
        save(self, str(file), "\n".join(lines) + "\n")
