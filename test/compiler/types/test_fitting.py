"""Values against kinds."""

from codegym_compiler.types.fitting import filled, loose, of_kind, unshared, weight
from codegym_compiler.types.lattice import FLOAT, INT, NOTHING, kind_of, list_of


def test_integers_are_floats_too():
    assert loose(FLOAT, INT) and not loose(INT, FLOAT)
    assert loose(list_of(FLOAT), list_of(INT))


def test_gaps_are_filled():
    assert filled(list_of(NOTHING)) == list_of(INT)


def test_copies_share_nothing():
    row = [1]
    copied = unshared([row, row])
    copied[0].append(2)
    assert copied == [[1, 2], [1]]


def test_weights_and_kinds():
    assert weight({"n": 40, "text": "ab"})[1] == 40
    assert of_kind([1, "a", 2], kind_of(3)) == [1, 2]
