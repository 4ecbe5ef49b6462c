"""Boost: the headers of the few libraries that Bitcoin Core uses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conan import ConanFile
from conan.tools.files import load, save

#: Headers that our compilers never read, by their paths below include/.
_UNUSED = re.compile(
    r"_(512|1024)\.hpp$"  # tables for a larger BOOST_PP_LIMIT_*
    r"|boost/typeof/vector(100|150|200)\.hpp$"  # tables for a larger BOOST_TYPEOF_LIMIT_SIZE
    r"|boost/mpl/aux_/preprocessed/(bcc|dmc|msvc|mwcw|no_)"  # for old compilers
    r"|boost/fusion/.*/preprocessed/"  # for C++03
)


class Boost(ConanFile):
    name = "boost"
    description = "multi_index, signals2, test and the headers that they need"
    license = "BSL-1.0"
    homepage = "https://www.boost.org"
    exports_sources = "BoostConfig.cmake", "BoostConfigVersion.cmake"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.HeaderRecipe"

    def package(self) -> None:
        source, package = Path(self.source_folder), Path(self.package_folder)
        # A separate folder: the -I of another package must not make these headers visible.
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
