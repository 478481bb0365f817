"""Names that mean two things."""

import ast

from codegym_compiler.frontend.hygiene import Words, identifiers, renamed


def test_names_of_pythons_own_get_others():
    tree = ast.parse("def f(list):\n    sum = 0\n    for x in list:\n        sum += x\n    return sum\n")
    names = renamed(tree)
    assert set(names.values()) == {"list", "sum"}
    assert not {"list", "sum"} & identifiers(tree)


def test_words_never_meet_those_of_the_solution():
    words = Words(ast.parse("ask = 1\nimport json"))
    assert words["ask"] not in ("ask",)
    assert words["ask"] == words["ask"]
    assert words["json"] == "json"
    assert words.fresh("state") != words.fresh("state")
