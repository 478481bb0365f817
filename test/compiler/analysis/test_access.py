"""How hidden data is read."""

import ast

from codegym_compiler.analysis.access import form_of, hide, make_direct, unchanged, uses
from codegym_compiler.naming import Unique
from codegym_compiler.types.lattice import INT, STR, Kind, list_of
from compiled import function


def hidden(program, name, kind, grids=False):
    return hide(name, kind, grids, 1, program.words, Unique([]))


def test_forms():
    assert form_of(list_of(INT), False) == "list"
    assert form_of(list_of(list_of(INT)), True) == "grid"
    assert form_of(Kind("dict", (STR, INT)), False) == "map"
    assert form_of(STR, False) == "text" and form_of(INT, False) == "scalar"


def test_reads_at_their_place():
    program = function("def f(items):\n    total = len(items)\n    for item in items:\n        total += items[0]\n    return total\n")
    assert make_direct(program.entry, hidden(program, "items", list_of(INT))) == (True, True)
    text = ast.unparse(program.entry)
    assert "read_item(0)" in text and "total = items_length" in text and uses(program.entry, "items") == 0


def test_other_uses_need_a_copy():
    program = function("def f(items):\n    return items[1:]\n")
    assert make_direct(program.entry, hidden(program, "items", list_of(INT))) is None


def test_what_is_changed_is_not_read_in_place():
    program = function("def f(items, other):\n    items.append(1)\n    return other\n")
    assert unchanged(program, ["items", "other"]) == {"other"}
