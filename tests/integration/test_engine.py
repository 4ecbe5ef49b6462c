"""The engine: causes of rebuilds, concurrent runs, kills, damage and bad machines."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.integration.conftest import NO_QT, Checkout, in_namespace

pytestmark = pytest.mark.integration
#: Packages that build in seconds.
SMALL = ("qrencode", "systemtap")


def built_names(checkout: Checkout, *words: str) -> list[str]:
    """Packages that a run of `mpbitcoin depends` built."""
    done = checkout.mpbitcoin("depends", "--json", *words)
    names: list[str] = json.loads(done.stdout)["built"]
    return sorted(names)


def test_nothing_evicts_anything(checkout: Checkout, empty_cache: str) -> None:
    """Profiles, options and recipes switched back and forth rebuild nothing."""
    base = ("qrencode", empty_cache)
    assert built_names(checkout, *base) == ["qrencode"]
    assert built_names(checkout, *base, "DEBUG=1") == ["qrencode"]
    assert built_names(checkout, *base, "CFLAGS=-O1") == ["qrencode"]
    assert built_names(checkout, *base, "HOST_ID_SALT=x") == ["qrencode"]
    assert built_names(checkout, *base) == []
    assert built_names(checkout, *base, "DEBUG=1") == []
    recipe = checkout.root / "depends/recipes/qrencode/all/conanfile.py"
    before = recipe.read_text()
    recipe.write_text(before + "\n# edited\n")
    assert built_names(checkout, *base) == ["qrencode"]
    recipe.write_text(before)
    assert built_names(checkout, *base) == []


def test_variables_arrive_as_they_were_written(checkout: Checkout) -> None:
    """The shell never executes parts of them, whatever letters they contain."""
    given = {
        "SOURCES_PATH": "/x/R&D (x)",
        "CPPFLAGS": '-DX="a b"',
        "HOST_ID_SALT": "a;echo X `id` it's",
    }
    words = [f"{name}={value}" for name, value in given.items()]
    shown = checkout.make(*(f"print-{name}" for name in given), *words).stdout
    for word in words:
        assert word in shown.splitlines()


def test_credentials_are_not_printed(checkout: Checkout) -> None:
    mirror = "http://me:hunter2@mirror.invalid/x https://h/ ~/y"
    words = (f"FALLBACK_DOWNLOAD_PATH={mirror}", NO_QT)
    for shown in (
        checkout.make("print-FALLBACK_DOWNLOAD_PATH", *words),
        checkout.mpbitcoin("depends", "print-FALLBACK_DOWNLOAD_PATH", *words),
    ):
        assert "FALLBACK_DOWNLOAD_PATH=http://***@mirror.invalid/x https://h/ ~/y\n" in shown.stdout
        assert "hunter2" not in shown.stdout + shown.stderr
    for more in ((), ("--json",)):
        plan = checkout.mpbitcoin("depends", "--plan", *more, *words)
        assert "hunter2" not in plan.stdout + plan.stderr


def test_flags_of_a_host_profile(checkout: Checkout, empty_cache: str) -> None:
    """They reach packages, plan and toolchain file, before those of the user."""
    profile = checkout.root / "depends" / "hosts" / "x86_64-pc-linux-gnu"
    usual = profile.read_text(encoding="utf-8")
    profile.write_text(f"{usual}CFLAGS=-include profile.h\n", encoding="utf-8")
    failed = checkout.mpbitcoin("depends", "qrencode", empty_cache, check=False)
    assert "profile.h: No such file" in failed.stderr
    plan = checkout.mpbitcoin("depends", "--plan", "--json", NO_QT, "CFLAGS=-DUSER").stdout
    for side, flags in (("host", "-include profile.h -DUSER"), ("build", "-include profile.h")):
        assert json.loads(plan)[side]["flags"]["CFLAGS"] == flags
    for wrong, said in (("WINDRES=x", "[buildenv] WINDRES"), ("[conf]", "[conf]")):
        profile.write_text(f"{usual}{wrong}\n", encoding="utf-8")
        failed = checkout.mpbitcoin("depends", "--plan", NO_QT, check=False)
        assert failed.returncode == 2
        assert f"{said} has no effect" in failed.stderr


def test_another_host_reuses_the_native_tools(checkout: Checkout) -> None:
    checkout.make(NO_QT)
    done = checkout.mpbitcoin(
        "depends", "--plan", "--json", NO_QT, "HOST=aarch64-linux-gnu", "NO_ZMQ=1"
    )
    plan = json.loads(done.stdout)
    native = json.loads(checkout.mpbitcoin("depends", "--plan", "--json", NO_QT).stdout)
    assert plan["build"]["identity"] == native["build"]["identity"]
    assert plan["host"]["identity"] != native["host"]["identity"]


def test_cross_compiled_for_another_host(checkout: Checkout) -> None:
    """Cap'n Proto and libmultiprocess for aarch64: only host packages are built, once."""
    words = (NO_QT, "NO_ZMQ=1", "NO_WALLET=1", "NO_LIBEVENT=1", "HOST=aarch64-linux-gnu")
    checkout.make(*words)
    prefix = checkout.root / "depends" / "aarch64-linux-gnu"
    library = (prefix / "lib" / "libmultiprocess.a").read_bytes()
    assert b"\x7fELF\x02\x01\x01" in library
    machine = library[library.index(b"\x7fELF") + 18]
    assert machine == 183  # EM_AARCH64
    tool = (prefix / "native" / "bin" / "mpgen").read_bytes()
    assert tool[18] == 62  # EM_X86_64
    assert "CMAKE_SYSTEM_NAME" in (prefix / "toolchain.cmake").read_text()
    assert "up to date" in checkout.make(*words).stdout


def test_two_runs_at_once(new_checkout: Callable[[str], Checkout], empty_cache: str) -> None:
    one, two = new_checkout("one"), new_checkout("two")
    words = ["depends", "--json", *SMALL, empty_cache]
    started = [
        subprocess.Popen(
            [str(c.root / "mpbitcoin"), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for c in (one, two)
    ]  # fmt: skip
    results = []
    for process in started:
        out, err = process.communicate()
        assert process.returncode == 0, err
        results.append(json.loads(out))
    assert all(result["action"] in ("built", "cached") for result in results)
    cache = empty_cache.removeprefix("BASE_CACHE=")
    shown = one.mpbitcoin("cache", "--base-cache", cache, "--json", "show").stdout
    names = [entry["name"] for entry in json.loads(shown)]
    assert sorted(names) == sorted(SMALL)


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGINT])
def test_killed_at_random_points(
    checkout: Checkout, empty_cache: str, deadly: signal.Signals
) -> None:
    """Whenever it dies, no process remains, and the next run continues."""
    command = [str(checkout.root / "mpbitcoin"), "depends", *SMALL, empty_cache]
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    for _ in range(5):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(dice.uniform(0.2, 6))
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(deadly)
        status = process.wait()
        assert status in (0, 130, -deadly)
        assert not psutil.wait_procs(family, timeout=20)[1], "processes outlive the run"
    checkout.mpbitcoin("depends", *SMALL, empty_cache)
    cache = empty_cache.removeprefix("BASE_CACHE=")
    assert (
        "no package is damaged"
        in checkout.mpbitcoin("cache", "--base-cache", cache, "check").stdout
    )
    assert built_names(checkout, *SMALL, empty_cache) == []


def test_damaged_package_is_found_and_removed(checkout: Checkout, empty_cache: str) -> None:
    checkout.mpbitcoin("depends", "systemtap", empty_cache)
    cache = empty_cache.removeprefix("BASE_CACHE=")
    header = next(Path(cache).rglob("p/systemtap/include/sys/sdt.h"))
    header.chmod(0o644)
    header.write_text("evil")
    failed = checkout.mpbitcoin("cache", "--base-cache", cache, "check", check=False)
    assert failed.returncode == 6
    assert "damaged: systemtap/" in failed.stdout
    checkout.mpbitcoin("cache", "--base-cache", cache, "check", "--repair")
    assert built_names(checkout, "systemtap", empty_cache) == ["systemtap"]


def test_corrupt_source_is_never_used(checkout: Checkout, empty_cache: str, tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    checkout.mpbitcoin("depends", "qrencode", empty_cache, f"SOURCES_PATH={sources}")
    archive = next(path for path in sources.iterdir() if path.name.startswith("qrencode"))
    archive.write_bytes(archive.read_bytes()[:-1] + b"x")
    words = ("depends", "qrencode", empty_cache, f"SOURCES_PATH={sources}", "HOST_ID_SALT=again")
    failed = checkout.mpbitcoin(*words, "OFFLINE=1", check=False)
    assert failed.returncode == 4
    assert archive.name in failed.stderr
    assert any(".bad-" in path.name for path in sources.iterdir())


def test_sources_by_hand_are_enough_without_a_network(
    checkout: Checkout, empty_cache: str, tmp_path: Path
) -> None:
    """No network at all: an empty network namespace."""
    sources = tmp_path / "by hand"
    checkout.mpbitcoin("depends", "--json", "qrencode", empty_cache, f"SOURCES_PATH={sources}")
    command = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    command += [str(checkout.root / "mpbitcoin"), "depends", "--json", "qrencode"]
    command += [f"BASE_CACHE={tmp_path / 'other'}", f"SOURCES_PATH={sources}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["built"] == ["qrencode"]


def test_source_that_cannot_be_had(checkout: Checkout, empty_cache: str, tmp_path: Path) -> None:
    failed = checkout.mpbitcoin(
        "depends", "qrencode", empty_cache, f"SOURCES_PATH={tmp_path / 's'}", "OFFLINE=1",
        check=False,
    )  # fmt: skip
    assert failed.returncode == 4
    first, hint = [x for x in failed.stderr.splitlines() if x.startswith(("error:", "  hint:"))]
    assert "qrencode-4.1.1.tar" in first
    assert "da448ed4f52aba6b" in first
    assert str(tmp_path / "s") in hint


def test_failed_build_shows_its_log_and_how_to_repeat_it(
    checkout: Checkout, empty_cache: str
) -> None:
    failed = checkout.mpbitcoin(
        "depends", "qrencode", empty_cache, "CFLAGS=-include no-such-header.h", check=False
    )
    assert failed.returncode == 5
    assert "no-such-header.h" in failed.stderr
    assert "log: " in failed.stderr
    assert "build it alone: CONAN_HOME=" in failed.stderr


def test_missing_old_and_foreign_compilers(checkout: Checkout, tmp_path: Path) -> None:
    old = tmp_path / "old-gcc"
    old.write_text(
        '#!/bin/sh\ncase "$*" in *-dumpmachine*) echo x86_64-linux-gnu;;\n'
        "*-E*) printf '#define __GNUC__ 9\\n#define __GNUC_MINOR__ 4\\n"
        "#define __GNUC_PATCHLEVEL__ 0\\n';;\n*) echo 'gcc 9.4.0';; esac\n"
    )
    old.chmod(0o755)
    cases = {
        "CC=no-such-compiler": "compiler not found: no-such-compiler",
        f"CC={old}": "gcc 9.4.0, too old",
        "CC=/bin/true": "neither GCC nor Clang",
        "HOST=s390x-linux-gnu": "compiler for s390x-linux-gnu not found: no-such-cross-gcc",
    }
    profile = checkout.root / "depends" / "hosts" / "s390x-linux-gnu"
    usual = profile.read_text(encoding="utf-8")
    profile.write_text(usual.replace("s390x-linux-gnu-", "no-such-cross-"), encoding="utf-8")
    for word, said in cases.items():
        failed = checkout.make(NO_QT, word, check=False)
        assert said in failed.stderr, word
        assert "hint:" in failed.stderr


def test_full_disk(checkout: Checkout, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    done = in_namespace(
        f"mount -t tmpfs -o size=1m none '{place}'; "
        f"'{checkout.root}/mpbitcoin' depends qrencode 'BASE_CACHE={place}/cache'"
    )
    assert done.returncode in (3, 5), done.stderr
    assert "No space left on device" in done.stderr or "disk full" in done.stderr
    assert "Traceback" not in done.stderr


def test_read_only_prefix(checkout: Checkout) -> None:
    done = in_namespace(
        f"mount --bind '{checkout.root}/depends' '{checkout.root}/depends'; "
        f"mount -o remount,ro,bind '{checkout.root}/depends'; "
        f"'{checkout.root}/mpbitcoin' depends NO_QT=1"
    )
    assert done.returncode == 3, done.stderr
    assert "cannot write the prefix" in done.stderr
    assert "hint:" in done.stderr
