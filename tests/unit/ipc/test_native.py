from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin import paths
from mpbitcoin.errors import MachineError
from mpbitcoin.ipc import native
from mpbitcoin_depends import releases


def test_without_the_extension_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPBITCOIN_EXTENSION", str(tmp_path))
    with pytest.raises(MachineError) as caught:
        native.schema_folder(native.RELEASES[0])
    assert str(tmp_path) in caught.value.message
    assert "WITH_PYTHON" in caught.value.hint


def test_releases_are_those_of_the_table_whose_nodes_the_client_knows() -> None:
    known = [release for release in releases.ALL if release.client is not None]
    assert tuple(release.version for release in known) == native.RELEASES
    assert {release.version: release.client for release in known} == native.NODES


def test_the_package_is_imported_without_the_extension_or_asyncio() -> None:
    program = (
        "import sys\n"
        "from mpbitcoin import ipc\n"
        "from mpbitcoin.ipc import connect, Limits, Disconnected\n"
        "print([name for name in ('asyncio', 'mpbitcoin._ipc') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(paths.PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_an_extension_that_can_not_be_loaded_is_not_missing(tmp_path: Path) -> None:
    (tmp_path / "_ipc.of-another-make.so").write_bytes(b"no library")
    program = (
        "from mpbitcoin.errors import MachineError\n"
        "from mpbitcoin.ipc import native\n"
        "try:\n"
        "    native.extension()\n"
        "except MachineError as error:\n"
        "    print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(paths.PACKAGE.parent), "MPBITCOIN_EXTENSION": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("cannot load the native extension: ")
    assert "_ipc.of-another-make.so" in done.stdout
