"""Code that our recipes share: source, compiler and CMake settings, and the checks of a package.

A prefix gets the files of a package folder unchanged: no file may depend on the folder
where it was built, or on the folder where it is installed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conan import ConanFile
from conan.errors import ConanException
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rm, rmdir, save

#: CMake variables of every build. Our libraries never mix with the system's:
#: CMake ignores the user's package registry and the environment.
_CMAKE: dict[str, Any] = {
    "BUILD_SHARED_LIBS": False,
    "BUILD_TESTING": False,
    "CMAKE_EXPORT_NO_PACKAGE_REGISTRY": True,
    "CMAKE_FIND_USE_CMAKE_ENVIRONMENT_PATH": False,
    "CMAKE_FIND_USE_PACKAGE_REGISTRY": False,
    "CMAKE_INSTALL_BINDIR": "bin",
    "CMAKE_INSTALL_INCLUDEDIR": "include",
    "CMAKE_INSTALL_LIBDIR": "lib",
    # CMake 4 rejects projects that require an older version.
    "CMAKE_POLICY_VERSION_MINIMUM": "3.5",
    "CMAKE_POSITION_INDEPENDENT_CODE": True,
}


def _quoted(path: str) -> str:
    """`path` as a quoted argument in a CMake file."""
    return '"' + path.replace("\\", "/").replace('"', '\\"').replace("$", "\\$") + '"'


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


class Recipe:
    """Base of every recipe: gets the source and checks the content of the package."""

    settings = "os", "arch", "compiler", "build_type"
    #: Sources are read-only; builds use separate folders.
    no_copy_source = True
    exports_sources = "patches/*"
    #: The source's files with the licence text.
    licence_files: tuple[str, ...] = ("LICENSE*", "COPYING*")
    #: Installed files and folders that no prefix needs.
    unwanted: tuple[str, ...] = ("share",)

    def layout(self) -> None:
        cmake_layout(self, src_folder="src")

    def package_id(self) -> None:
        # A change of this file is a change of every recipe.
        self.info.python_requires.recipe_revision_mode()
        if self.package_type == "header-library":
            self.info.settings.clear()
            self.info.conf.clear()

    def source(self) -> None:
        from mpbitcoin_depends.sources.conan import provide

        provide(self)

    def package_info(self) -> None:
        # Consumers use the package's own CMake and pkg-config files.
        self.cpp_info.set_property("cmake_find_mode", "none")

    def finish_package(self) -> None:
        """The end of every package(): add licences, remove unneeded files and check the rest."""
        package = Path(self.package_folder)
        for pattern in self.licence_files:
            for folder in (self.source_folder, self.export_sources_folder):
                copy(self, pattern, folder, str(package / "licenses" / self.name))
        if not (package / "licenses" / self.name).is_dir():
            raise ConanException(f"{self.ref}: no licence found in {self.source_folder}")
        for name in self.unwanted:
            if (package / name).is_dir():
                rmdir(self, str(package / name))
            else:
                rm(self, Path(name).name, str((package / name).parent))
        for file in package.rglob("*.pc"):
            self._relocate_pkg_config(file)
        self._check_no_build_path()

    def _relocate_pkg_config(self, file: Path) -> None:
        depth = len(file.parent.relative_to(self.package_folder).parts)
        prefix = "/".join(["${pcfiledir}", *[".."] * depth])
        lines = []
        for line in file.read_text(encoding="utf-8").splitlines():
            name = line.split("=", 1)[0].strip()
            if name == "prefix":
                lines.append(f"prefix={prefix}")
            else:
                lines.append(line.replace(self.package_folder, "${prefix}"))
        save(self, str(file), "\n".join(lines) + "\n")

    def build_paths(self) -> list[str]:
        """Folders of this machine that must not appear in any file of a package."""
        own = [self.source_folder, self.build_folder, self.package_folder]
        needed = [d.package_folder for d in self.dependencies.values() if d.package_folder]
        # All folders of a build are in one folder of the cache.
        root = os.path.commonpath([self.source_folder, self.package_folder])
        return [path for path in {*own, *needed, root} if len(Path(path).parts) > 1]

    def _check_no_build_path(self) -> None:
        wanted = [path.encode() for path in self.build_paths()]
        for file in _files(Path(self.package_folder)):
            content = file.read_bytes()
            for path in wanted:
                if path in content:
                    name = file.relative_to(self.package_folder).as_posix()
                    raise ConanException(f"{self.ref}: {name} contains the path {path.decode()}")


class HeaderRecipe(Recipe):
    """Base of recipes that only copy headers: one package for all platforms."""

    package_type = "header-library"


class CMakeRecipe(Recipe):
    """Base of recipes that build static libraries with CMake."""

    package_type = "static-library"
    #: Folder of a CMakeLists.txt that replaces the source's own, relative to the source.
    build_script_folder: str | None = None

    def cmake_variables(self) -> dict[str, Any]:
        """Cache variables of this package, in addition to the common ones."""
        return {}

    def compile_definitions(self) -> list[str]:
        """Preprocessor definitions (`NAME` or `NAME=VALUE`) for all files of this package."""
        return []

    def compile_options(self) -> list[str]:
        """Options for all files of this package. MSVC does not get them."""
        return []

    def project_code(self) -> list[str]:
        """CMake code that runs right after the source's project()."""
        return []

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False  # never write to the source
        toolchain.cache_variables.update(_CMAKE)
        toolchain.cache_variables.update(self.cmake_variables())
        project_include = Path(self.generators_folder) / "mpbitcoin_project.cmake"
        toolchain.cache_variables["CMAKE_PROJECT_INCLUDE"] = project_include.as_posix()
        toolchain.generate()
        save(self, str(project_include), self._project_include())

    def _project_include(self) -> str:
        """CMake code that runs after project(): options in addition to the engine's flags."""
        lines = [f"add_compile_definitions({item})" for item in self.compile_definitions()]
        if str(self.settings.compiler) != "msvc":
            # Nobody here fixes warnings of other projects.
            lines += [f"add_compile_options({x})" for x in ("-w", *self.compile_options())]
            # The last matching map wins, so the root comes first.
            for path in sorted(self.build_paths(), key=len):
                option = _quoted(f"-ffile-prefix-map={path}={self.name}")
                lines.append(f"add_compile_options({option})")
        lines += self.project_code()
        return "\n".join(lines) + "\n"

    def build(self) -> None:
        cmake = CMake(self)
        # The engine sets all flags. CMake's build types would add -O3 or -DNDEBUG.
        cmake.configure(
            variables={"CMAKE_BUILD_TYPE": "None"}, build_script_folder=self.build_script_folder
        )
        cmake.build()

    def package(self) -> None:
        CMake(self).install()
        self.tidy(Path(self.package_folder))
        self.finish_package()

    def tidy(self, package: Path) -> None:
        """Fix files that the source installed into `package`, before the checks."""


class TestRecipe:
    """Base of every test_package: a consumer that finds the package like any CMake project."""

    settings = "os", "arch", "compiler", "build_type"
    test_type = "explicit"

    def layout(self) -> None:
        cmake_layout(self)

    def requirements(self) -> None:
        self.requires(self.tested_reference_str)

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False
        roots = [Path(d.package_folder).as_posix() for d in self.dependencies.host.values()]
        toolchain.cache_variables["CMAKE_FIND_ROOT_PATH"] = ";".join(roots)
        for kind in ("LIBRARY", "INCLUDE", "PACKAGE"):
            toolchain.cache_variables[f"CMAKE_FIND_ROOT_PATH_MODE_{kind}"] = "ONLY"
        # CMake searches "/" below a root, which is the root itself, and never the system's folders.
        toolchain.cache_variables["CMAKE_PREFIX_PATH"] = "/"
        toolchain.cache_variables.update(self.cmake_variables())
        toolchain.generate()

    def cmake_variables(self) -> dict[str, Any]:
        """Cache variables of this consumer, in addition to the common ones."""
        return {}

    def build(self) -> None:
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self) -> None:
        if can_run(self):
            program = Path(self.build_folder) / self.cpp.build.bindir / "consumer"
            self.run(f'"{program}"', env="conanrun")


class RecipePackage(ConanFile):
    name = "mpbitcoin-recipe"
    version = "1.0"
    package_type = "python-require"
    description = "Code that the recipes of multiprocess-bitcoin share"
    license = "MIT"
