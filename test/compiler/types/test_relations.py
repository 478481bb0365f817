"""What holds between parameters."""

from codegym_compiler.types.lattice import INT, list_of
from codegym_compiler.types.relations import Relations


def found(running):
    relations = Relations()
    relations.names, relations.kinds = ["n", "items", "k"], {"n": INT, "items": list_of(INT), "k": INT}
    relations._relations(running)
    return relations


def test_from_inputs():
    relations = found([{"n": 2, "items": [5, 6], "k": 1}, {"n": 3, "items": [1, 2, 3], "k": 3}])
    assert relations.lengths == {"n": "items"}
    assert relations.below == {"k": "items"}


def test_one_input_says_little():
    assert found([{"n": 2, "items": [5, 6], "k": 1}]).lengths == {}
