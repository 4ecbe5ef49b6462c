"""libmultiprocess: the library, and mpgen, which generates proxies from schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conan import ConanFile
from conan.errors import ConanException
from conan.tools.files import copy, load, save

#: mpgen contains the paths of Cap'n Proto and of its own installation. All versions have these
#: texts; a look-up relative to the executable replaces each.
_RELOCATABLE = {
    "#include <mp/util.h>\n": '#include <mp/util.h>\n\n#include "own_prefix.h"\n',
    'emplace_back(capnp_PREFIX "/bin/capnp");': 'emplace_back(own_prefix::Tool("capnp"));',
    '"--output=" capnp_PREFIX "/bin/capnpc-c++"': '"--output=" + own_prefix::Tool("capnpc-c++")',
    '"Invoking " capnp_PREFIX "/bin/capnp failed"': '"Invoking " + args.front() + " failed"',
    '(const char* path : {CMAKE_INSTALL_PREFIX "/include", capnp_PREFIX "/include"})': (
        "(const std::string& path : own_prefix::IncludeFolders())"
    ),
}


class Libmultiprocess(ConanFile):
    name = "libmultiprocess"
    description = "C++ interfaces whose methods run in another process; the mpgen tool"
    license = "MIT"
    homepage = "https://github.com/bitcoin-core/libmultiprocess"
    exports_sources = "own_prefix.h", "patches/*"
    python_requires = "mpbitcoin-recipe/1.0"
    python_requires_extend = "mpbitcoin-recipe.CMakeRecipe"

    def requirements(self) -> None:
        self.requires("capnproto/1.1.0", transitive_headers=True, transitive_libs=True)

    def build_requirements(self) -> None:
        self.tool_requires("capnproto/<host_version>")

    def source(self) -> None:
        super().source()
        folder = Path(self.source_folder) / "src" / "mp"
        copy(self, "own_prefix.h", self.export_sources_folder, str(folder))
        generator = str(folder / "gen.cpp")
        text = load(self, generator)
        for old, new in _RELOCATABLE.items():
            if text.count(old) != 1:
                raise ConanException(f"{self.ref}: src/mp/gen.cpp must contain once: {old!r}")
            text = text.replace(old, new)
        save(self, generator, text)

    def cmake_variables(self) -> dict[str, Any]:
        library = Path(self.dependencies.host["capnproto"].package_folder)
        tools = Path(self.dependencies.build["capnproto"].package_folder) / "bin"
        return {
            "CapnProto_DIR": (library / "lib" / "cmake" / "CapnProto").as_posix(),
            "CAPNP_EXECUTABLE": (tools / "capnp").as_posix(),
            "CAPNPC_CXX_EXECUTABLE": (tools / "capnpc-c++").as_posix(),
            # Only for the .pc file: a prefix contains Cap'n Proto, too.
            "capnp_PREFIX": Path(self.package_folder).as_posix(),
        }

    def tidy(self, package: Path) -> None:
        # The install list of libmultiprocess lacks some headers.
        copy(self, "mp/*.h", str(self.source_path / "include"), str(package / "include"))
