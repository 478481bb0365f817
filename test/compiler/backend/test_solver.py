"""The solver's text."""

import ast

from compiled import variants

SOURCE = "def pairs(items: list[int]) -> list[tuple[int, int]]:\n    made = []\n    for item in items:\n        pair = (item, item * item + 1)\n        made.append(pair)\n    return made[:3]\n"


def test_it_uses_the_environment_by_steps_alone():
    for variant in variants(SOURCE).values():
        (solve,) = ast.parse(variant["solver"]).body
        members = [node.attr for node in ast.walk(solve) if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self"]
        assert members == ["step"]


def test_what_json_changes_is_turned_back():
    assert any("tuple(ask(" in variant["solver"] for variant in variants(SOURCE).values())
