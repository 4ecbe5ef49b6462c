"""The options that leave a package out. Each is declared in the folder of its recipe."""

from __future__ import annotations

import functools

from mpbitcoin_depends import jsonfile, paths
from mpbitcoin_depends.errors import SourceError


@functools.cache
def of_recipes() -> dict[str, str]:
    """Help text of each option, by its name; in the order of the recipes. Raises SourceError.

    Every run needs them: this reads no YAML and checks no more than it uses. `recipe.recipes` does.
    """
    found = {}
    for file in sorted(paths.RECIPES.glob("*/depends.json")):
        option = jsonfile.read(file).get("option")
        if option is not None:
            try:
                found[option["name"]] = option["help"]
            except (KeyError, TypeError) as error:
                raise SourceError(f"{file}: option: must have a name and a help") from error
    return found
