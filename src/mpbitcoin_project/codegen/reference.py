"""Write the pages of the API reference: `python -m mpbitcoin_project.codegen.reference`.

Signatures and docstrings are read from the source: neither the extension nor a node is needed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin import paths

_MADE = "<!-- Written by mpbitcoin_project.codegen.reference from the source: change that. -->\n"
#: Base classes of no interest to readers.
_HIDDEN_BASES = frozenset({"AsyncClosing", "BaseSession", "BaseInterface", "Closing", "Interface"})
#: Internal methods of sessions, interfaces and the extension.
_INTERNAL = frozenset({"ask", "attach", "bounds", "serve", "start", "use_chain", "use_release"})


@dataclass(frozen=True)
class Section:
    """Classes and functions of one module: those named, or all."""

    title: str
    text: str
    module: str
    names: tuple[str, ...] = ()


_SESSIONS = (
    Section(
        "For threads",
        "`mpbitcoin.ipc`",
        "ipc/session.py",
        ("connect", "spawn", "Session"),
    ),
    Section(
        "For asyncio",
        "`mpbitcoin.ipc`; the interfaces' methods are coroutines, with the parameters that"
        " [interfaces.md](interfaces.md) lists.",
        "ipc/aio.py",
        ("aconnect", "aspawn", "AsyncSession"),
    ),
    Section("Both kinds of session", "", "ipc/base.py", ("BaseSession",)),
    Section(
        "All interfaces",
        "Each object of another process has these, too.",
        "ipc/interface.py",
        ("BaseInterface", "Interface", "AsyncInterface"),
    ),
    Section("Limits", "`mpbitcoin.ipc`", "ipc/limits.py"),
    Section(
        "Errors",
        "`mpbitcoin.ipc`; each has a `message` and a `hint`.",
        "ipc/errors.py",
        (
            "IpcError",
            "ConnectionRefused",
            "Disconnected",
            "NotSent",
            "CallRefused",
            "CallTimeout",
            "LimitExceeded",
            "MethodUnimplemented",
            "VersionMismatch",
            "RemoteError",
        ),
    ),
    Section("Values", "`mpbitcoin.ipc`", "ipc/values.py", ("Hash", "BlockHash", "Txid")),
    Section("Mining", "`mpbitcoin.ipc.mining`", "ipc/mining.py"),
    Section(
        "Wallets",
        "`mpbitcoin.ipc.wallets`, see [wallets.md](wallets.md).",
        "ipc/wallets.py",
        (
            "AddressType",
            "WalletFlag",
            "output_script",
            "attach_wallets",
            "BaseAttachedWallets",
            "AttachedWallets",
        ),
    ),
    Section(
        "Wallets for asyncio",
        "`mpbitcoin.ipc`",
        "ipc/aio_wallets.py",
        ("aattach_wallets", "AsyncAttachedWallets"),
    ),
)
_INTERFACES = (
    Section(
        "Every node's", "`session.init` and what it makes.", "ipc/_generated/core/interfaces.py"
    ),
    Section(
        "Our nodes' and wallets'",
        "`session.chain`, and what wallet processes offer to their node.",
        "ipc/_generated/chain/interfaces.py",
    ),
    Section(
        "Handlers",
        "`mpbitcoin.ipc.handlers`: classes to derive from, see [callbacks.md](callbacks.md).",
        "ipc/_generated/chain/handlers.py",
    ),
)
_TYPES = (
    Section("Every node's", "", "ipc/_generated/core/types.py"),
    Section("Our nodes' and wallets'", "", "ipc/_generated/chain/types.py"),
)
#: Page -> its title, its introduction, and its sections.
PAGES = {
    "reference.md": (
        "Python API",
        "Sessions, errors and values. The rest: [interfaces.md](interfaces.md) has the objects"
        " to call, [types.md](types.md) their parameters and results.",
        _SESSIONS,
    ),
    "interfaces.md": (
        "Python API: interfaces",
        "In a `Session` the methods block the calling thread, in an `AsyncSession` they are"
        " awaited. Each raises `IpcError`; types are those of [types.md](types.md).",
        _INTERFACES,
    ),
    "types.md": (
        "Python API: types",
        "`mpbitcoin.ipc.types`: frozen dataclasses. Those named after a method are its results.",
        _TYPES,
    ),
}


def write(folder: Path) -> list[Path]:
    """Write the pages to a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (folder / name).write_text(page(name), encoding="utf-8")
    return [folder / name for name in PAGES]


def page(name: str) -> str:
    """The text of a page."""
    title, text, sections = PAGES[name]
    return f"{_MADE}# {title}\n\n{text}\n" + "".join(_section(each) for each in sections)


def _section(section: Section) -> str:
    source = (paths.PACKAGE / section.module).read_text(encoding="utf-8")
    found = {
        node.name: node
        for node in ast.parse(source).body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and not node.name.startswith("_")
    }
    parts = [f"\n## {section.title}\n"] + ([f"\n{section.text}\n"] if section.text else [])
    for name in section.names or tuple(found):
        node = found[name]
        if isinstance(node, ast.ClassDef):
            parts.append(_class(node))
        else:
            parts.append(f"\n### {name}\n\n`{_signature(node)}`\n\n{_doc(node)}\n")
    return "".join(parts)


def _class(node: ast.ClassDef) -> str:
    bases = [_type(base) for base in node.bases]
    shown = [base for base in bases if base not in _HIDDEN_BASES]
    derived = f" ({', '.join(shown)})" if shown else ""
    members = [text for item, after in _pairs(node.body) if (text := _member(item, after))]
    return (
        f"\n### {node.name}{derived}\n\n{_doc(node)}\n"
        + ("\n" if members else "")
        + "".join(members)
    )


def _pairs(body: list[ast.stmt]) -> list[tuple[ast.stmt, ast.stmt | None]]:
    """Each statement with the next one, which may be an attribute's docstring."""
    return list(zip(body, [*body[1:], None], strict=True))


def _member(item: ast.stmt, after: ast.stmt | None) -> str:
    """A line for a method, property or field; empty for private ones."""
    if isinstance(item, ast.AnnAssign):
        name, annotation = ast.unparse(item.target), _type(item.annotation)
        if name.startswith("_") or annotation.startswith("ClassVar"):
            return ""
        return _line(f"{name}: {annotation}{_default(item.value)}", _literal(after))
    if not isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ""
    if item.name.startswith("_") or item.name in _INTERNAL:
        return ""
    if "property" in map(ast.unparse, item.decorator_list):
        return _line(f"{item.name}: {_type(item.returns)}", _doc(item))
    return _line(_signature(item), _doc(item))


def _line(code: str, text: str) -> str:
    return f"- `{code}`" + (f"<br>{text}" if text else "") + "\n"


def _literal(item: ast.stmt | None) -> str:
    """A docstring that follows a field."""
    if isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant):
        return _joined(str(item.value.value))
    return ""


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    given = node.args
    without = len(given.args) - len(given.defaults)
    params = list(zip(given.args, [*[None] * without, *given.defaults], strict=True))
    words = [_parameter(*each) for each in params if each[0].arg not in {"self", "cls"}]
    if given.kwonlyargs:
        named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        words += ["*", *(_parameter(*each) for each in named)]
    start = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    return f"{start}{node.name}({', '.join(words)}) -> {_type(node.returns)}"


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    return f"{argument.arg}: {_type(argument.annotation)}{_default(default)}"


def _type(annotation: ast.expr | None) -> str:
    assert annotation is not None, "all our functions are annotated"
    return ast.unparse(annotation).replace("interfaces.", "")


def _default(value: ast.expr | None) -> str:
    return f" = {ast.unparse(value)}" if value else ""


def _doc(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    paragraphs = (ast.get_docstring(node) or "").split("\n\n")
    return "<br>".join(_joined(each) for each in paragraphs)


def _joined(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    for file in write(paths.PROJECT / "docs" / "python"):
        print(file)
