"""SQLite: the wallet's database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conan import ConanFile
from conan.errors import ConanException

_END = b"/************************** End of sqlite3.c ******************************/\n"


class Sqlite(ConanFile):
    name = "sqlite"
    description = "SQL database engine, without features that wallets do not use"
    license = "blessing"
    homepage = "https://sqlite.org"
    exports_sources = "CMakeLists.txt", "sqlite3.pc.in", "LICENSE"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.CMakeRecipe"
    build_script_folder = ".."  # our CMakeLists.txt is beside the source

    def source(self) -> None:
        super().source()
        # One of the archives has extra lines after the end.
        amalgamation = Path(self.source_folder) / "sqlite3.c"
        text, end, _ = amalgamation.read_bytes().partition(_END)
        if not end:
            raise ConanException(f"{self.ref}: sqlite3.c has no end mark")
        amalgamation.write_bytes(text + end)

    def cmake_variables(self) -> dict[str, Any]:
        return {
            "SQLITE_FOLDER": Path(self.source_folder).as_posix(),
            "SQLITE_VERSION": str(self.version),
            "SQLITE_WITH_CHECKS": str(self.settings.build_type) == "Debug",
        }
