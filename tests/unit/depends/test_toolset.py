"""toolset.py: what makes one toolset another than the next."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from mpbitcoin.depends import profile
from tests.unit.conftest import toolset


def test_an_sdk_is_part_of_the_identity_by_what_it_holds(tmp_path: Path) -> None:
    plain = toolset(triplet="arm64-apple-darwin")
    for name, version in (("one", "14.0"), ("copy", "14.0"), ("other", "15.0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "SDKSettings.json").write_text(f'{{"Version": "{version}"}}')
    one, copy, other = (
        dataclasses.replace(plain, sdk=str(tmp_path / name)) for name in ("one", "copy", "other")
    )
    assert one.identity == copy.identity
    assert len({plain.identity, one.identity, other.identity}) == 3


def test_the_packages_are_built_with_the_sdk() -> None:
    with_sdk = dataclasses.replace(toolset(triplet="arm64-apple-darwin"), sdk="/sdk/MacOSX14.sdk")
    assert "tools.apple:sdk_path=/sdk/MacOSX14.sdk" in profile.text(with_sdk, "/sources")
    assert "sdk_path" not in profile.text(toolset(), "/sources")
