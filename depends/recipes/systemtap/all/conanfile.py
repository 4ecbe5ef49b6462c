"""systemtap: the header for tracepoints, sys/sdt.h."""

from __future__ import annotations

from pathlib import Path

from conan import ConanFile
from conan.tools.files import copy


class Systemtap(ConanFile):
    name = "systemtap"
    description = "Header for user-space tracepoints"
    license = "CC0-1.0"
    homepage = "https://sourceware.org/systemtap/"
    exports_sources = "sdt-config.h", "LICENSE"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.HeaderRecipe"

    def package(self) -> None:
        source, package = Path(self.source_folder), Path(self.package_folder)
        # A separate folder, so that nothing finds the header by default.
        target = str(package / "systemtap" / "include" / "sys")
        for folder in (source / "includes" / "sys", source / "sys"):
            copy(self, "sdt.h", str(folder), target)
        copy(self, "sdt-config.h", self.export_sources_folder, target)
        self.finish_package()
