"""Running a solution within its fuel."""

from collections import deque

from codegym_compiler.analysis.fuel import Fuel, OverBudget
from codegym_compiler.analysis.runner import Original, executable_lines, line_of, load_source, settled
from compiled import function


def original(source: str) -> Original:
    return Original(function(source), Fuel(60))


def test_answers_lines_and_ticks():
    answer, lines, ticks = original("def f(n):\n    if n > 9:\n        return 1\n    return 2\n").call({"n": 3})
    assert (answer, lines) == (2, {2, 4}) and ticks > 0


def test_arguments_are_not_changed():
    given = {"items": [1]}
    original("def f(items):\n    items.append(2)\n    return len(items)\n").call(given)
    assert given == {"items": [1]}


def test_an_endless_loop_ends():
    try:
        original("def f(n):\n    while True:\n        n += 1\n").call({"n": 0})
    except OverBudget:
        return
    raise AssertionError("it did not end")


def test_an_error_has_its_line():
    try:
        original("def f(n):\n    n += 1\n    return 1 // 0\n").call({"n": 0})
    except ZeroDivisionError as error:
        assert line_of(error) == 3


def test_iterators_are_settled():
    assert settled(map(abs, [-1])) == [1] and settled(deque([1])) == [1] and settled("ab") == "ab"


def test_lines_and_files():
    assert executable_lines(function("def f(n):\n    m = n\n    return m\n")) >= {2, 3}
    assert load_source("x = 3")["x"] == 3
