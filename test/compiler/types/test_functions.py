"""Callables as data."""

import random

from codegym_compiler.types.functions import FAMILIES, drawn, known, made, signature, told
from codegym_compiler.types.lattice import INT, STR, Kind


def test_what_is_drawn_is_made_again_from_its_data():
    for family in FAMILIES.values():
        kind = signature(family.result, family.arguments)
        assert known(kind)
        function = drawn(kind, random.Random(3))
        again = made(kind, function.data)
        arguments = [{"int": 4, "float": 1.5, "str": "abc"}.get(part.name, [1, 2]) for part in family.arguments]
        assert function(*arguments) == again(*arguments) if function.data["name"] in FAMILIES else True
        assert told(function)


def test_other_signatures_are_unknown():
    assert not known(signature(STR, (Kind("set", (INT,)),)))
