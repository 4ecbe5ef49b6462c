"""Boost: the headers of the few libraries that Bitcoin Core uses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conan import ConanFile
from conan.tools.files import load, save

#: Headers, by their path below include/, that no compiler of ours ever opens.
_UNUSED = re.compile(
    r"_(512|1024)\.hpp$"  # tables for BOOST_PP_LIMIT_*, which nobody raises
    r"|boost/typeof/vector(100|150|200)\.hpp$"  # the same for BOOST_TYPEOF_LIMIT_SIZE
    r"|boost/mpl/aux_/preprocessed/(bcc|dmc|msvc|mwcw|no_)"  # for compilers of old
    r"|boost/fusion/.*/preprocessed/"  # for C++03
)


class Boost(ConanFile):
    name = "boost"
    description = "multi_index, signals2, test and the headers they need"
    license = "BSL-1.0"
    homepage = "https://www.boost.org"
    exports_sources = "BoostConfig.cmake", "BoostConfigVersion.cmake"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.HeaderRecipe"

    def package(self) -> None:
        source, package = Path(self.source_folder), Path(self.package_folder)
        # In a separate folder, so that no other package's -I adds it.
        target = package / "boost" / "include"
        for include in sorted((source / "libs").glob("**/include")):
            for header in include.rglob("*"):
                name = header.relative_to(include).as_posix()
                if header.is_file() and name.startswith("boost/") and not _UNUSED.search(name):
                    (target / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(header, target / name)
        config = package / "lib" / "cmake" / f"Boost-{self.version}"
        for name in ("BoostConfig.cmake", "BoostConfigVersion.cmake"):
            text = load(self, str(Path(self.export_sources_folder) / name))
            save(self, str(config / name), text.replace("@VERSION@", str(self.version)))
        self.finish_package()
