"""What passes between solver and tools."""

from codegym_compiler.analysis.profile import Profile, Seen, example_text, observed, unfit
from codegym_compiler.outline.tool import Tool
from codegym_compiler.rules.expression import EXPRESSION
from codegym_compiler.types.lattice import INT, OTHER, STR, kind_of, list_of
from compiled import hidden_list


def tool() -> Tool:
    return Tool(EXPRESSION, "Add", ["a"], [], "a + 1", spans=[{"id": "expression:1:0-1:5"}])


def judged(**seen) -> set[str]:
    return unfit([tool()], Profile([Seen(**{"arguments": {"a": INT}, "result": INT, "calls": 1, **seen})]))


def test_pieces_that_do_not_fit():
    every = {"expression:1:0-1:5"}
    assert judged() == set()
    assert judged(calls=0) == every
    assert judged(result=OTHER) == every
    assert judged(longest=1000) == every
    assert judged(changed=True) == every


def test_an_update_of_a_list_is_no_tool():
    updating = tool()
    updating.updates = True
    assert unfit([updating], Profile([Seen({"a": list_of(INT)}, list_of(INT), 1)])) == {"expression:1:0-1:5"}


def test_what_observe_tells():
    assert observed([hidden_list("items")], {"items": [1, 2]}) == {"items_length": 2}


def test_examples_are_json():
    assert example_text(tool(), Seen(result=kind_of((1, 2)), example=({}, (1, 2)))) == "[1, 2]"
    assert example_text(tool(), Seen(result=STR)) == "null"
