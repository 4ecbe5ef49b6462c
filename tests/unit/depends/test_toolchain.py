"""toolchain.cmake: its contents for each plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import plan, switches, toolchain
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.recipe import Recipe, recipes
from tests.unit.conftest import parse, toolset

RECIPES = [recipe for recipe in recipes().values() if recipe.rules.contexts]


def rendered(triplet: str = "x86_64-pc-linux-gnu", **given: str) -> str:
    options = parse({"NO_QT": "1", **given})
    return toolchain.render(plan.make(options, toolset(options, triplet), toolset(options)))


def test_native_sets_no_system_name() -> None:
    text = rendered()
    assert "if(OFF)\n  set(CMAKE_SYSTEM_NAME" in text
    assert "@" not in text.replace("user@", "")


def test_cross_sets_system_and_processor() -> None:
    text = rendered("aarch64-linux-gnu")
    assert 'if(ON)\n  set(CMAKE_SYSTEM_NAME "Linux")' in text
    assert 'set(CMAKE_SYSTEM_PROCESSOR "aarch64")' in text


def packages(text: str) -> list[str]:
    """The packages in the prefix, as the file lists them."""
    [line] = [line for line in text.splitlines() if line.startswith("set(DEPENDS_PACKAGES ")]
    return line[:-1].split()[1:]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_has_its_variables_and_can_be_left_out(recipe: Recipe) -> None:
    options, rules = parse({"NO_QT": "1"}), recipe.rules
    whole = plan.make(options, toolset(options), toolset(options), (recipe.name,))
    with_it = toolchain.render(whole)
    switch = rules.option.name if rules.option else rules.unless[0]
    without = rendered(**{switch: "1"})
    assert packages(with_it) == [recipe.name]
    assert recipe.name not in packages(without)
    for variable in rules.variables:
        if variable.path is None:
            assert f'set({variable.name} ON CACHE BOOL "{variable.help}")\n' in with_it
            assert f'set({variable.name} OFF CACHE BOOL "{variable.help}")\n' in without
        else:
            place = f'"${{CMAKE_CURRENT_LIST_DIR}}/{variable.path}" CACHE PATH'
            assert f"set({variable.name} {place}" in with_it
            assert f"set({variable.name} " not in without


def test_options_of_recipes_are_known_without_their_rules() -> None:
    declared = [recipe.rules.option for recipe in recipes().values()]
    assert switches.of_recipes() == {each.name: each.help for each in declared if each}


def test_flags_are_quoted_for_cmake() -> None:
    text = rendered(CXXFLAGS='-DA="b c;d$e"')
    assert r'"-DA=\"b c\;d\$e\""' in text


def test_it_names_no_absolute_path() -> None:
    paths = [word for word in rendered().split('"') if word.startswith("/") and len(word) > 1]
    assert paths == []


def test_unknown_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "t.in").write_text("@nothing@")
    options = parse({"NO_QT": "1"})
    made = plan.make(options, toolset(options), toolset(options))
    with pytest.raises(DependsError, match="@nothing@"):
        toolchain.render(made, tmp_path / "t.in")
