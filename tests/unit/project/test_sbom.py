"""The bill of materials: every package of the prefix, with the hashes that pin it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_expression
from cyclonedx.validation.json import JsonStrictValidator

from mpbitcoin_depends import plan as planning
from mpbitcoin_depends import releases, stamp
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.paths import RECIPES
from mpbitcoin_depends.sources.conandata import load_source
from mpbitcoin_depends.sources.tree import tree_source
from mpbitcoin_project import paths, sbom
from mpbitcoin_project.__main__ import main
from tests.unit.conftest import parse, toolset


def bill(**options: str) -> dict[str, Any]:
    chosen = parse({"NO_QT": "1", **options})
    packages = planning.make(chosen, toolset(chosen), toolset()).packages
    return sbom.document(sbom.pinned_tree(releases.DEFAULT.version), packages)


def names(made: dict[str, Any]) -> list[str]:
    return [component["name"] for component in made["components"]]


def expect_valid(made: dict[str, Any]) -> None:
    """By CycloneDX's own schema, its model and SPDX's list of licences."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(made)) is None
    assert Bom.from_json(made).validate()  # type: ignore[attr-defined]
    for component in made["components"]:
        for licence in component["licenses"]:
            assert is_expression(licence["expression"]), licence


def test_it_names_what_is_linked() -> None:
    first, *libraries = names(bill())
    assert first == "bitcoin-core"
    assert {"boost", "capnproto", "libmultiprocess", "zeromq"} < set(libraries)
    assert names(bill(NO_ZMQ="1")) == [first, *(each for each in libraries if each != "zeromq")]
    expect_valid(bill())


def test_what_else_is_linked() -> None:
    chosen = parse({"NO_QT": "1"})
    plan = planning.make(chosen, toolset(chosen), toolset())
    tree = sbom.pinned_tree(releases.DEFAULT.version)
    made = sbom.document(tree, plan.packages, ["nanobind==3.1.0:BSD-3-Clause AND MIT"])
    expect_valid(made)
    last = made["components"][-1]
    assert (last["name"], last["version"]) == ("nanobind", "3.1.0")
    assert last["licenses"] == [{"expression": "BSD-3-Clause AND MIT"}]
    assert last["bom-ref"] in made["dependencies"][0]["dependsOn"]
    with pytest.raises(UsageError, match="not NAME==VERSION:LICENCE"):
        sbom.document(tree, plan.packages, ["nanobind"])


def test_hashes_are_the_pinned_ones() -> None:
    for component in bill()["components"]:
        name, version = component["name"], component["version"]
        is_tree = name == "bitcoin-core"
        source = tree_source(version) if is_tree else load_source(RECIPES / name, name, version)
        pinned = {artefact.sha256 for artefact in source.artefacts}
        found = {
            digest["content"]
            for archive in component["externalReferences"]
            for digest in archive["hashes"]
        }
        assert found == pinned
        assert component["licenses"][0]["expression"]


def test_patches_are_told() -> None:
    patched = {c["name"]: c["pedigree"]["patches"] for c in bill()["components"] if "pedigree" in c}
    for patches in patched.values():
        for patch in patches:
            assert (paths.PROJECT / patch["diff"]["url"]).is_file()
            assert patch["resolves"][0]["description"]
    assert "libmultiprocess" in patched


def test_the_same_materials_give_the_same_text() -> None:
    assert json.dumps(bill()) == json.dumps(bill())
    assert bill()["serialNumber"] != bill(NO_ZMQ="1")["serialNumber"]
    assert bill()["serialNumber"].startswith("urn:uuid:")


def test_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sbom", "NO_ZMQ=1", "-o", str(tmp_path / "bill.json")]) == 0
    made = json.loads((tmp_path / "bill.json").read_text())
    assert made["bomFormat"] == "CycloneDX"
    assert "zeromq" not in names(made)
    assert main(["sbom", "zeromq"]) == 2
    assert "zeromq: not NAME=value" in capsys.readouterr().err


def test_a_build_links_packages_of_its_prefix(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the options' defaults; nothing is claimed of a tree that somebody brought."""
    chosen = parse({"NO_QT": "1", "NO_USDT": "1", "BITCOIN_VERSION": "30"})
    packages = planning.make(chosen, toolset(chosen), toolset()).packages
    (tmp_path / "prefix").mkdir()
    stamp.write(tmp_path / "prefix", "key", packages)
    linked = {
        "prefix": str(tmp_path / "prefix"),
        "tree": str(tmp_path / "tree"),
        "tree_version": "30.1",
        "packages": ["boost", "libmultiprocess", "systemtap"],
        "also": [],
    }
    (tmp_path / "linked.json").write_text(json.dumps(linked))
    made = sbom.of_build(sbom.Linked.of(tmp_path))
    assert {c["name"]: c["version"] for c in made["components"]} == {
        "bitcoin-core": "30.1",
        "boost": "1.83.0",
        "libmultiprocess": "7.0",
    }
    assert "externalReferences" not in made["components"][0]
    expect_valid(made)
    (tmp_path / "linked.json").write_text(json.dumps({**linked, "prefix": ""}))
    assert main(["sbom", f"-B{tmp_path}"]) == 2
    assert "not a prefix of depends" in capsys.readouterr().err
    assert main(["sbom", f"-B{tmp_path / 'prefix'}"]) == 2
    assert "prefix is not configured" in capsys.readouterr().err
    assert main(["sbom", f"-B{tmp_path}", "NO_ZMQ=1"]) == 2
