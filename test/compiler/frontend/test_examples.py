"""Inputs that texts give."""

from codegym_compiler.frontend.examples import from_assignments, from_calls, from_inputs, single_values, stated_inputs
from compiled import function


def test_calls_assignments_and_lines():
    assert from_calls(">>> area([1, 2], scale=3)\n6", "area", ["sides", "scale"]) == [{"sides": [1, 2], "scale": 3}]
    assert from_assignments("Input: sides = [1, 2], scale = 3", ["sides", "scale"]) == [{"sides": [1, 2], "scale": 3}]
    assert from_inputs("Input: [4, 2], 3\nOutput: 1", ["sides", "scale"]) == [{"sides": [4, 2], "scale": 3}]
    assert single_values("words = ['a', 'b']", "words") == [["a", "b"]]


def test_all_of_them_without_repeats():
    program = function('def area(sides):\n    """>>> area([1, 2])"""\n    return sides[0]  # area([3])\n')
    assert stated_inputs(program, "For example area([1, 2]) is 1.") == [{"sides": [1, 2]}, {"sides": [3]}]
