"""The extension and the schemas: the only importer of `mpbitcoin._ipc`."""

from __future__ import annotations

import atexit
import importlib.util
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

#: Releases of Bitcoin Core whose schemas we know, the newest first.
RELEASES = ("31.99", "30.99")
#: What the first file of a connection is, by release.
_FIRST = "ipc/capnp/init.capnp"
#: What our nodes offer beyond it, and wallets.
_OURS = "ipc/interfaces/processes/processes.capnp"

T = TypeVar("T")
_making = threading.RLock()
# A child gets it free: its other threads, which might hold it, are not there.
os.register_at_fork(
    before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release
)


def _once(make: Callable[..., T]) -> Callable[..., T]:
    """Like `cache`; of threads that come at the same time, only one makes the value."""
    made = cache(make)

    def wait(*key: Any) -> T:
        with _making:
            return made(*key)

    wait.__doc__ = make.__doc__
    return cache(wait)  # without the lock, once the value is there


def _built() -> Path:
    """Folder of the package that CMake made in a checkout's build folder."""
    chosen = os.environ.get("MPBITCOIN_EXTENSION")
    return Path(chosen) if chosen else paths.PROJECT / "build" / "python" / "mpbitcoin"


def _missing() -> MachineError:
    return MachineError(
        f"the native extension is not there: neither beside {paths.PACKAGE} nor in {_built()}",
        "install the wheel; in a checkout: ./mpbitcoin build -D WITH_PYTHON=ON",
    )


@_once
def extension() -> ModuleType:
    """The extension module. Raises MachineError when it was not built."""
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
            f"the native extension can't be loaded: {error}",
            "it was built for another Python or machine; build or install it again",
        ) from error
    # A wait must not outlive the interpreter, nor a thread of ours touch it.
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
    """Schemas of these files, named relative to `folder`, as the extension has them.

    What they import and `folder` has not is looked for in our schemas: `/mp/proxy.capnp`, say.
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
    """What nodes of a release offer first, bound to our types. Read once."""
    from mpbitcoin.ipc._generated.core import bindings

    bound = (bindings.STRUCTS, bindings.ENUMS, bindings.METHODS)
    return read_schemas(schema_folder(release), [_FIRST], bound)


@_once
def read_chain(release: str) -> None:
    """Read a release's Chain and wallets, too. Raises MethodUnimplemented when it has none."""
    from mpbitcoin.ipc._generated.chain import bindings as ours
    from mpbitcoin.ipc._generated.core import bindings
    from mpbitcoin.ipc.errors import MethodUnimplemented

    if not (schema_folder(release) / _OURS).is_file():
        raise MethodUnimplemented(f"nodes of {release} have no Chain", "use a newer node")
    # The extension looks types up in these very tables, when they are first met.
    bindings.STRUCTS.update(ours.STRUCTS)
    bindings.ENUMS.update(ours.ENUMS)
    bindings.METHODS.update(ours.METHODS)
    schemas(release).load(_OURS)
