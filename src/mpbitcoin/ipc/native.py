"""The extension and the schemas: the only importer of `mpbitcoin._ipc`."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from mpbitcoin import paths
from mpbitcoin.errors import MachineError

#: Releases of Bitcoin Core with known schemas, newest first, and facts about their nodes.
NODES: dict[str, dict[str, int]] = {
    release["version"]: release["client"]
    for release in json.loads((paths.PACKAGE / "releases.json").read_text(encoding="utf-8"))
    if "client" in release
}
RELEASES = tuple(NODES)
#: The schema file of the first interface, by release.
_FIRST = "ipc/capnp/init.capnp"
#: Schema files of our nodes' further interfaces, and of wallets.
_OURS = "ipc/interfaces/processes/processes.capnp"

T = TypeVar("T")
_making = threading.RLock()
# A forked child gets it unlocked: threads that might hold it do not exist there.
os.register_at_fork(
    before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release
)


def _once(make: Callable[..., T]) -> Callable[..., T]:
    """Like `cache`, but of concurrent threads only one computes the value."""
    made = cache(make)

    def wait(*key: Any) -> T:
        with _making:
            return made(*key)

    wait.__doc__ = make.__doc__
    return cache(wait)  # without the lock once the value exists


def _built() -> Path:
    """Folder of the package in a checkout's build folder."""
    chosen = os.environ.get("MPBITCOIN_EXTENSION")
    return Path(chosen) if chosen else paths.PROJECT / "build" / "python" / "mpbitcoin"


def _missing() -> MachineError:
    return MachineError(
        f"the native extension is missing: it is neither beside {paths.PACKAGE} nor in {_built()}",
        "install the wheel, or in a checkout run: ./mpbitcoin build -D WITH_PYTHON=ON",
    )


@_once
def extension() -> ModuleType:
    """The extension module. Raises MachineError when it is missing."""
    spec = importlib.util.find_spec("mpbitcoin._ipc")
    if spec is None and (found := sorted(_built().glob("_ipc.*.so"))):
        spec = importlib.util.spec_from_file_location("mpbitcoin._ipc", found[0])
    if spec is None or spec.loader is None:
        raise _missing()
    try:
        module = importlib.util.module_from_spec(spec)
        sys.modules["mpbitcoin._ipc"] = module
        spec.loader.exec_module(module)
    except ImportError as error:
        sys.modules.pop("mpbitcoin._ipc", None)
        raise MachineError(
            f"cannot load the native extension: {error}",
            "build or install it again for this Python and machine",
        ) from error
    # No wait may outlive the interpreter, and no thread of ours may use it after its end.
    atexit.register(module.stop)
    os.register_at_fork(after_in_child=module.forget_after_fork)
    return module


def schema_folder(release: str) -> Path:
    """Folder of a release's schemas. Raises MachineError."""
    for package in (paths.PACKAGE, _built()):
        folder = package / "ipc" / "schemas" / release
        if folder.is_dir():
            return folder
    raise _missing()


def read_schemas(folder: Path, files: list[str], bindings: Any = None) -> Any:
    """The extension's schemas of these files, which are paths below `folder`.

    Searches our own schemas for imports that `folder` lacks, such as `/mp/proxy.capnp`.
    Raises ValueError.
    """
    structs, enums, methods = bindings or ({}, {}, {})
    imports = [str(schema_folder(RELEASES[0]))]
    schemas = extension().Schemas(str(folder), imports, structs, enums, methods)
    for file in files:
        schemas.load(file)
    return schemas


@_once
def schemas(release: str = RELEASES[0]) -> Any:
    """The first interface of a release's nodes, bound to our types. Read once."""
    from mpbitcoin.ipc._generated.core import bindings

    bound = (bindings.STRUCTS, bindings.ENUMS, bindings.METHODS)
    return read_schemas(schema_folder(release), [_FIRST], bound)


@_once
def read_chain(release: str) -> None:
    """Load a release's Chain and wallets, too. Raises MethodUnimplemented when it has none."""
    from mpbitcoin.ipc._generated.chain import bindings as ours
    from mpbitcoin.ipc._generated.core import bindings
    from mpbitcoin.ipc.errors import MethodUnimplemented

    if not (schema_folder(release) / _OURS).is_file():
        raise MethodUnimplemented(f"nodes of {release} have no Chain", "use a newer node")
    # The extension looks up types in these tables on first use.
    bindings.STRUCTS.update(ours.STRUCTS)
    bindings.ENUMS.update(ours.ENUMS)
    bindings.METHODS.update(ours.METHODS)
    schemas(release).load(_OURS)
