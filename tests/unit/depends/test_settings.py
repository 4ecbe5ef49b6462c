"""Settings: one order of precedence, the origin of each value, and errors that name it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import settings, toolset
from mpbitcoin_depends.errors import MachineError, UsageError
from mpbitcoin_depends.options import SPECS, Options
from mpbitcoin_depends.pipeline import Workplace
from mpbitcoin_depends.settings import Layer
from tests.unit.conftest import parse


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The user's depends.toml."""
    return tmp_path / "depends.toml"


def layered(environment: dict[str, str], given: dict[str, str], lines: list[str]) -> Options:
    """The options of make variables and an environment; reports into `lines`."""
    layers = [Layer(given, "make"), Layer(environment, settings.ENVIRONMENT, lenient=True)]
    return settings.parse(layers, lines.append)


def test_the_order_of_precedence(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["HOST_ID_SALT", "BUILD_ID_SALT", "CC", "CXX", "AR"]
    file.write_text("".join(f'{name} = "file"\n' for name in names[:4]))
    for name in names[:3]:
        monkeypatch.setenv(name, "environment")
    made = settings.of_user(
        {names[0]: "flag"},
        dict.fromkeys(names[:2], "make"),
        variables_from=settings.MAKE,
        usual={"AR": "usual", "CXX": "usual"},
    )
    found = [(made.text(name), made.origins.get(name)) for name in names]
    assert found == [
        ("flag", "the command line"),
        ("make", "make"),
        ("environment", "the environment"),
        ("file", "depends.toml:4"),
        ("usual", None),
    ]


@pytest.mark.parametrize(("given", "no_ipc"), [
    ({"NO_IPC": "1"}, True),
    ({"MULTIPROCESS": "0"}, True),
    ({"MULTIPROCESS": "1"}, False),
    ({"MULTIPROCESS": "1", "NO_IPC": "0"}, False),
    ({"MULTIPROCESS": "1", "NO_IPC": ""}, False),
])  # fmt: skip
def test_multiprocess_and_no_ipc_are_one_switch(given: dict[str, str], no_ipc: bool) -> None:
    made = parse(given)
    assert made.no_ipc is no_ipc
    assert made.multiprocess is not no_ipc


def test_contradiction_is_refused() -> None:
    with pytest.raises(UsageError, match="from make contradict"):
        parse({"MULTIPROCESS": "1", "NO_IPC": "1"})


def test_a_stronger_origin_wins_over_the_opposite(file: Path) -> None:
    for given, other in (({"NO_IPC": "1"}, "MULTIPROCESS"), ({"MULTIPROCESS": "1"}, "NO_IPC")):
        assert layered({other: "1"}, given, []) == parse(given)
        file.write_text(f"{other} = true\n")
        made = settings.of_user(given)
        assert made == parse(given)
        assert list(made.origins) == list(given)


@pytest.mark.parametrize(("wrong", "hint"), [
    ("NO_QTT", "did you mean NO_QT?"), ("HOTS", "did you mean HOST?"),
    ("SOURCE_PATH", "did you mean SOURCES_PATH?"), ("build_cc", "did you mean build_CC?"),
    ("NO_GUI", "`mpbitcoin depends --help` lists the variables"),
    ("xyzzy", "`mpbitcoin depends --help` lists the variables"),
])  # fmt: skip
def test_unknown_variables_suggest_only_what_is_similar(wrong: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse({wrong: "1"})
    assert (caught.value.message, caught.value.hint) == (
        f"unknown variable {wrong} from make", hint
    )  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [
    ("NO_QT", "maybe"), ("JOBS", "0"), ("JOBS", "two"), ("BITCOIN_VERSION", "27"),
    ("CXX_STANDARD", "new"), ("CC", "gcc '"), ("HOST", "this-machine"),
])  # fmt: skip
def test_bad_values_name_the_variable_and_the_origin(name: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings.of_user({name: text})
    assert caught.value.message.startswith(f"{name}={text} from the command line: ")
    assert caught.value.hint


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if not spec.is_switch])
def test_an_empty_text_is_the_default(name: str) -> None:
    made = settings.parse([Layer({name: " "}, "make"), Layer({name: "1"}, "x", lenient=True)])
    assert made == Options()
    assert made.origins == {name: "make"}


@pytest.mark.parametrize(("name", "text"), [
    ("DEBUG", "app:*"), ("LOG", "info"), ("V", "2"), ("HOST", "this-machine"), ("JOBS", "²"),
    ("LTO", "thin"), ("CXX_STANDARD", "latest"), ("BITCOIN_VERSION", "x"), ("CC", "gcc '"),
])  # fmt: skip
def test_nonsense_of_the_environment_is_ignored_with_a_line(name: str, text: str) -> None:
    lines: list[str] = []
    assert layered({name: text}, {"NO_QT": "1"}, lines) == parse({"NO_QT": "1"})
    assert len(lines) == 1
    assert lines[0].startswith(f"ignored from the environment: {name}={text}: ")
    given = {name: SPECS[name].default_text or "0" if SPECS[name].is_switch else ""}
    layered({name: text}, given, lines)
    assert len(lines) == 1


def test_the_environment_of_some_commands_is_that_of_some_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEBUG", "app:some")
    monkeypatch.setenv("OFFLINE", "1")
    assert settings.of_user(among=["OFFLINE"]).offline
    assert capsys.readouterr().err == ""


def test_what_a_make_above_exports_comes_from_make(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "rR -j2 --jobserver-auth=3,4 -- CFLAGS=-O1\\ CC=x NO_ZMQ=1 V=2")
    for name, text in {"CFLAGS": "-O1 CC=x", "NO_ZMQ": "1", "CC": "y", "V": "2 "}.items():
        monkeypatch.setenv(name, text)
    made = settings.of_user()
    assert made.origins == {"CFLAGS": "make", "NO_ZMQ": "make", "CC": "the environment"}
    assert capsys.readouterr().err.startswith("ignored from make: V=2: not a yes or no")
    assert settings.of_user(None, {"NO_ZMQ": "0"}).origins["NO_ZMQ"] == "the command line"


def test_old_names_are_reported(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    layers = [Layer({"BITCOIN_LINE": "30"}, "make"), Layer({"BITCOIN_VERSION": "29"}, "x")]
    made = settings.parse(layers, lines.append)
    assert (made.release.version.split(".")[0], lines) == (
        "30", ["BITCOIN_LINE is now BITCOIN_VERSION"]
    )  # fmt: skip
    assert made.origins == {"BITCOIN_VERSION": "make"}
    file.write_text("\nBITCOIN_LINE = 29\n")
    assert settings.of_user().origins == {"BITCOIN_VERSION": "depends.toml:2"}
    monkeypatch.setenv("BITCOIN_LINE", "31")
    assert settings.of_user().release.version.startswith("31.")
    assert settings.of_user(among=["OFFLINE"]).bitcoin_version == "29"


def test_a_file_has_typed_values(file: Path) -> None:
    file.write_text(
        "# A comment.\n"
        "NO_QT = true\n"
        "NO_ZMQ = false\n"
        "JOBS = 3\n"
        'CXXFLAGS = """\n-g\n"""\n'
        '"HOST" = "aarch64-linux-gnu"\n'
        'FALLBACK_DOWNLOAD_PATH = ["http://h/", "/mirror"]\n'
    )
    made = settings.of_user(among=())
    assert (made.no_qt, made.get("NO_ZMQ"), made.jobs, made.cxxflags) == (True, False, 3, "-g")
    assert made.fallback_download_path == ("http://h/", "/mirror")
    assert made.origins == {
        "NO_QT": "depends.toml:2",
        "NO_ZMQ": "depends.toml:3",
        "JOBS": "depends.toml:4",
        "CXXFLAGS": "depends.toml:5",
        "HOST": "depends.toml:8",
        "FALLBACK_DOWNLOAD_PATH": "depends.toml:9",
    }


@pytest.mark.parametrize(("text", "message"), [
    ("NO_QT = true\nNO_QTT = true", "unknown variable NO_QTT from depends.toml:2"),
    ("[depends]\nNO_QT = true", "unknown variable depends from depends.toml:1"),
    ("\n\nJOBS = 0", "JOBS=0 from depends.toml:3: must be a whole number, from 1 to 4096"),
    ("DEBUG = 'app:*'", "DEBUG=app:* from depends.toml:1: not a yes or no; use 1 or 0"),
    ("NO_IPC = 1\nMULTIPROCESS = 1", "MULTIPROCESS=1 and NO_IPC=1 from depends.toml contradict"),
    ("\n[CC]\nx = 1", "CC from depends.toml:2: must be a text, whole number, boolean or list"),
    ("JOBS = 1.5", "JOBS from depends.toml:1: must be a text, whole number, boolean or list"),
    ("SDK_PATH = ['a b']", "SDK_PATH from depends.toml:1: a list holds texts without spaces"),
    ("NO_QT = 1\nNO_ZMQ = yes", "(at line 2, column 10)"),
])  # fmt: skip
def test_a_bad_file_is_one_line_with_its_place(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        settings.of_user()
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_errors_about_values_that_are_used_later_name_the_origin(
    file: Path, tmp_path: Path
) -> None:
    file.write_text('BASE_CACHE = "/dev/null/x"\nCC = "no-such-compiler"\n')
    options = settings.of_user({"build_CXX": "no-such-compiler"}, among=())
    with pytest.raises(MachineError, match=r"BASE_CACHE from depends\.toml:1"):
        Workplace.of(options)
    message = r"compiler not found: no-such-compiler \(CC from depends\.toml:2\)"
    with pytest.raises(MachineError, match=message):
        toolset.detect(options, tmp_path / "memory")


def test_a_file_that_cannot_be_read(file: Path) -> None:
    file.mkdir()
    with pytest.raises(UsageError, match=r"cannot read .*depends\.toml: Is a directory"):
        settings.of_user()


def test_a_bad_value_in_the_file_is_an_error_even_if_a_flag_replaces_it(file: Path) -> None:
    file.write_text("JOBS = 0\n")
    with pytest.raises(UsageError, match=r"from depends\.toml:1"):
        settings.of_user({"JOBS": "1"})
