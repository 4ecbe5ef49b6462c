"""The wheel: built from a checkout and from its own source archive, inspected and used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin import __version__
from mpbitcoin.paths import PACKAGE
from mpbitcoin_depends import releases
from mpbitcoin_depends.paths import cache_root
from mpbitcoin_depends.progress import Progress
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import SourceStore, tree
from mpbitcoin_project import paths
from mpbitcoin_project.build_folder import EXECUTABLES
from mpbitcoin_project.wheel import LIMIT, remake
from tests.integration.conftest import user_environment

pytestmark = pytest.mark.integration

_GOLDEN = Path(__file__).with_name("wheel_contents.txt")
_NAME = f"multiprocess_bitcoin-{__version__}"
_STABLE = sys.version_info >= (3, 12)
_TAG = "cp312-abi3" if _STABLE else f"cp3{sys.version_info.minor}-cp3{sys.version_info.minor}"
_SUFFIX = ".abi3.so" if _STABLE else sysconfig.get_config_var("EXT_SUFFIX")


def make(root: Path, output: Path, build: Path) -> tuple[Path, Path]:
    """Make the source archive and the wheel of a checkout as a user does."""
    command = [str(root / "mpbitcoin"), "wheel", "--json", f"-o{output}", f"-B{build}"]
    done = subprocess.run(
        command, env=user_environment(), stdout=subprocess.PIPE, text=True, check=True
    )
    archive, wheel = (Path(file["path"]) for file in json.loads(done.stdout))
    return archive, wheel


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    # The project's own folder: its finished files need not be compiled again.
    build = paths.PROJECT / "build-wheel"
    return make(paths.PROJECT, tmp_path_factory.mktemp("dist"), build)


@pytest.fixture(scope="module")
def archive(made: tuple[Path, Path]) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def wheel(made: tuple[Path, Path]) -> Path:
    return made[1]


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel and pytest."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq"]
    subprocess.run([*pip, str(wheel), "pytest"], env=user_environment(), check=True)
    return folder


def contents(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as opened:
        return sorted(name for name in opened.namelist() if not name.endswith("/"))


def schemas() -> Iterator[str]:
    """The schemas of each release that the client knows, with their imports."""
    source = paths.PROJECT / "src"
    for release in (each for each in releases.ALL if each.client is not None):
        published = source / "extension" / "releases" / release.version
        if not published.is_dir():
            published = tree(SourceStore.of(of_user()), release.version) / "src"
        found = [(published, file) for file in published.glob("ipc/capnp/*.capnp")]
        if release.wallet_process:
            found += [(source, file) for file in source.glob("ipc/interfaces/*/*.capnp")]
        names = [str(file.relative_to(folder)) for folder, file in found]
        for name in ("capnp/c++.capnp", "mp/proxy.capnp", *names):
            yield f"mpbitcoin/ipc/schemas/{release.version}/{name}"


def test_its_contents_are_the_golden_ones(wheel: Path) -> None:
    golden = _GOLDEN.read_text(encoding="utf-8").splitlines()
    package = sorted(
        str(file.relative_to(PACKAGE.parent))
        for file in PACKAGE.rglob("*")
        if file.is_file() and file.parent.name != "__pycache__"
    )
    names = {"name": _NAME, "extension": f"_ipc{_SUFFIX}"}
    expected = sorted([*package, *schemas(), *(line.format(**names) for line in golden)])
    assert contents(wheel) == expected


def test_its_tag_and_its_size(wheel: Path) -> None:
    assert re.fullmatch(rf"{_NAME}-{_TAG}-manylinux_2_\d+_x86_64\.whl", wheel.name)
    assert wheel.stat().st_size <= LIMIT


def test_it_tells_nothing_of_the_machine_that_made_it(wheel: Path) -> None:
    places = [os.fsencode(place) for place in (paths.PROJECT, cache_root(), Path.home())]
    with zipfile.ZipFile(wheel) as opened:
        for name in opened.namelist():
            data = opened.read(name)
            assert not [place for place in places if place in data], name
        dates = {info.date_time for info in opened.infolist()}
    assert len(dates) == 1


def test_executables_are_stripped_and_need_the_runtime_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    scripts = tmp_path / f"{_NAME}.data" / "scripts"
    allowed = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2"}
    extension = tmp_path / "mpbitcoin" / f"_ipc{_SUFFIX}"
    for file in (extension, *(scripts / name for name in EXECUTABLES)):
        command = ["readelf", "--dynamic", "--sections", "--wide", str(file)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert set(re.findall(r"\(NEEDED\).*\[(.+)\]", told)) <= allowed
        assert ".symtab" not in told
        assert "RPATH" not in told
        assert "RUNPATH" not in told


def test_the_bill_of_materials_and_the_licences_agree(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        bill = json.loads(opened.read(f"{_NAME}.dist-info/sboms/multiprocess-bitcoin.cdx.json"))
    names = {component["name"] for component in bill["components"]}
    licences = {name.split("/")[2] for name in contents(wheel) if ".dist-info/licenses/" in name}
    assert names <= licences


def test_it_works_where_it_is_installed(environment: Path, tmp_path: Path) -> None:
    """In another folder, with PATH; pytest finds the plugin."""
    (tmp_path / "test_it.py").write_text("""
def test_wallet(bitcoin_wallet):
    assert bitcoin_wallet.balance() == 50 * 100_000_000
    node = bitcoin_wallet.node
    assert str(node.ipc.mining.get_tip().hash) == node.rpc("getbestblockhash")
""")
    env = {**user_environment(), "PATH": f"{environment / 'bin'}{os.pathsep}{os.defpath}"}
    env.pop("MPBITCOIN_BIN", None)

    def run(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            words, env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    for name in EXECUTABLES:
        assert "Bitcoin Core" in run(name, "--version")
    assert "1 passed" in run("pytest", "-q", "test_it.py")
    found = "from mpbitcoin.node.executables import find; print(find('bitcoin-node'))"
    assert run("python", "-c", found).strip() == str(environment / "bin" / "bitcoin-node")
    assert "no node is running" in run("mpbitcoin", "node", "--datadir=data", "status", status=1)
    assert "others need a checkout" in run("mpbitcoin", "build", status=2)


def test_from_its_source_archive_in_another_folder_it_is_the_same(
    archive: Path, wheel: Path, tmp_path: Path
) -> None:
    progress = Progress()
    try:
        again, other = remake(archive, tmp_path / "elsewhere", (), 0, progress)
    finally:
        progress.close()
    assert other.name == wheel.name
    assert other.read_bytes() == wheel.read_bytes()
    with tarfile.open(archive) as first, tarfile.open(again) as second:
        assert sorted(first.getnames()) == sorted(second.getnames())
