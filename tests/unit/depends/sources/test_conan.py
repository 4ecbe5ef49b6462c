"""Tests of mpbitcoin_depends.sources.conan, which recipes call."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.sources import conan
from mpbitcoin_depends.sources.store import sha256_of

from .archives import make, member


@pytest.fixture
def conanfile(tmp_path: Path) -> Any:
    for name in ("store", "source", "export"):
        (tmp_path / name).mkdir()
    archive = make(tmp_path / "store" / "p.tar.gz", member("p-1.0/README"))
    artefact = {"file": "p.tar.gz", "sha256": sha256_of(archive), "root": "p-1.0"}
    return SimpleNamespace(
        ref="p/1.0",
        name="p",
        version="1.0",
        conan_data={"sources": {"1.0": [artefact]}},
        conf=SimpleNamespace(get=lambda *_, **__: str(tmp_path / "store")),
        source_folder=str(tmp_path / "source"),
        export_sources_folder=str(tmp_path / "export"),
        recipe_folder=str(tmp_path),
        output=SimpleNamespace(info=lambda _: None),
    )


def test_unpacks_into_the_source_folder(conanfile: Any, tmp_path: Path) -> None:
    conan.provide(conanfile)
    assert (tmp_path / "source" / "README").is_file()


def test_patches_in_order(conanfile: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conanfile.conan_data["patches"] = {
        "1.0": [{"file": f"patches/{i}.patch", "reason": "r"} for i in "ab"]
    }
    with pytest.raises(SourceError, match=r"the recipe has no patches/a\.patch"):
        conan.provide(conanfile)
    (tmp_path / "export" / "patches").mkdir()
    (tmp_path / "patches").mkdir()
    first, second = tmp_path / "export/patches/a.patch", tmp_path / "patches/b.patch"
    first.touch()
    second.touch()
    applied: list[str] = []
    tools = SimpleNamespace(patch=lambda _, patch_file, **__: applied.append(patch_file))
    monkeypatch.setattr("importlib.import_module", lambda _: tools)
    conan.provide(conanfile)
    assert applied == [str(first), str(second)]
    del conanfile.conan_data["patches"]["1.0"][0]["reason"]
    with pytest.raises(SourceError, match=r"patches\.1\.0\[0\]: missing key `reason`"):
        conan.provide(conanfile)


def test_a_swapped_archive_is_refused(conanfile: Any, tmp_path: Path) -> None:
    (tmp_path / "store" / "p.tar.gz").write_bytes(b"swapped")
    with pytest.raises(SourceError, match="wrong sha256"):
        conan.provide(conanfile)
    assert not list((tmp_path / "source").iterdir())


def test_the_conf_must_be_set(conanfile: Any) -> None:
    conanfile.conf = SimpleNamespace(get=lambda *_, **__: None)
    with pytest.raises(SourceError, match=r"user\.mpbitcoin:sources is not set"):
        conan.provide(conanfile)
