"""Adapting upstream's depends to our archives."""

from __future__ import annotations

import tarfile
from pathlib import Path

import peer
import pytest

from mpbitcoin_depends.sources import Artefact, Fetched, sha256_of

RECIPE = """package=zeromq
$(package)_version=4.3.5
$(package)_file_name=$(package)-$($(package)_version).tar.gz
$(package)_sha256_hash=aaaa

define $(package)_preprocess_cmds
  patch -p1 < $($(package)_patch_dir)/first.patch && \\
  patch -p1 < $($(package)_patch_dir)/second.patch && \\
  patch -p1 < $($(package)_patch_dir)/third.patch
endef
"""
FITS = "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-one\n+two\n"
FITS_AFTER = "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-two\n+three\n"
FITS_NOT = "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-something else\n+three\n"


@pytest.fixture
def fetched(tmp_path: Path) -> Fetched:
    (tmp_path / "file").write_text("one\n")
    archive = tmp_path / "zeromq-4.3.4.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "file", "zeromq-4.3.4/file")
    artefact = Artefact(archive.name, sha256_of(archive), "zeromq-4.3.4", (), ())
    return Fetched(archive, artefact, "local", 0.0, archive.stat().st_size)


@pytest.fixture
def depends(tmp_path: Path) -> Path:
    folder = tmp_path / "depends"
    (folder / "packages").mkdir(parents=True)
    patches = folder / "patches" / "zeromq"
    patches.mkdir(parents=True)
    for name, text in {"first": FITS, "second": FITS_NOT, "third": FITS_AFTER}.items():
        (patches / f"{name}.patch").write_text(text)
    return folder


def test_other_version_of_a_package(depends: Path, fetched: Fetched) -> None:
    recipe = depends / "packages" / "zeromq.mk"
    recipe.write_text(RECIPE)
    said: list[str] = []
    peer._adapt(depends, "zeromq", "4.3.4", fetched, said)
    text = recipe.read_text()
    assert "$(package)_version= 4.3.4\n" in text
    assert f"$(package)_sha256_hash= {fetched.artefact.sha256}\n" in text
    assert "/first.patch && \\\n  patch -p1 < $($(package)_patch_dir)/third.patch\nendef" in text
    assert said == [
        "zeromq: 4.3.5 -> 4.3.4 from zeromq-4.3.4.tar.gz",
        "zeromq: second.patch left out, it does not fit",
    ]
    assert (depends / "sources" / "zeromq-4.3.4.tar.gz").is_file()
    stamp = depends / "sources/download-stamps/.stamp_fetched-zeromq-zeromq-4.3.4.tar.gz.hash"
    assert stamp.read_text() == f"{fetched.artefact.sha256}  zeromq-4.3.4.tar.gz\n"


def test_upstreams_own_archive_is_left_alone(depends: Path, fetched: Fetched) -> None:
    recipe = depends / "packages" / "zeromq.mk"
    text = RECIPE.replace("aaaa", fetched.artefact.sha256)
    recipe.write_text(text)
    said: list[str] = []
    peer._adapt(depends, "zeromq", "4.3.5", fetched, said)
    assert recipe.read_text() == text
    assert said == []
    assert (depends / "sources" / "zeromq-4.3.5.tar.gz").is_file()


@pytest.mark.parametrize("patch", ["first", "third"])
def test_patch_at_either_end_is_left_out(patch: str) -> None:
    text = peer._without_patch(RECIPE, f"{patch}.patch")
    assert f"{patch}.patch" not in text
    assert text.count("patch -p1") == 2
    assert text.count("&& \\\n  patch") == 1
    assert ".patch\nendef" in text


def test_built_packages_are_read_from_the_output(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("Extracting boost...\nBuilding boost...\n[1%] Building C\nBuilding capnp...\n")
    assert peer.built(log) == ["boost", "capnp"]
