"""Generates Python's interfaces from the schemas: `python -m mpbitcoin_project.codegen`."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin.ipc import native
from mpbitcoin_depends import process
from mpbitcoin_depends.process import program
from mpbitcoin_project import paths

_INIT = '"""Written by mpbitcoin_project.codegen."""\n'
#: The files that hold all types.
FILES = ["ipc/capnp/init.capnp", "ipc/interfaces/processes/processes.capnp"]


def write(folder: Path) -> list[Path]:
    """Write the modules and return their paths. Needs the extension, and ruff for formatting."""
    from mpbitcoin_project.codegen.model import read
    from mpbitcoin_project.codegen.render import Renderer

    schemas = native.read_schemas(native.schema_folder(native.RELEASES[0]), FILES)
    nodes = read(schemas.describe())
    texts = {"__init__.py": _INIT}
    for part in sorted({node.part for node in nodes}):
        renderer = Renderer(nodes, part)
        texts |= {
            f"{part}/__init__.py": _INIT,
            f"{part}/aio.py": renderer.interfaces_module(asynchronous=True),
            f"{part}/bindings.py": renderer.bindings_module(),
            f"{part}/interfaces.py": renderer.interfaces_module(asynchronous=False),
            f"{part}/types.py": renderer.types_module(),
        }
        if renderer.served:
            texts[f"{part}/handlers.py"] = renderer.handlers_module()
    written = []
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        written.append(file)
    house = ["--quiet", f"--config={paths.PROJECT / 'pyproject.toml'}", str(folder)]
    process.run([program("ruff"), "check", "--fix", "--select=F401,I,TC005", *house])
    process.run([program("ruff"), "format", *house])
    return written
