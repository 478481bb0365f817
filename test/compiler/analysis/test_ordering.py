"""Answers that hang on the order of a set."""

from codegym_compiler.analysis.fuel import Fuel
from codegym_compiler.analysis.ordering import refuse_set_order
from codegym_compiler.analysis.runner import Original
from codegym_compiler.inputs.generation import Case
from compiled import function, refusal

WORDS = {"words": ["rye", "oats", "barley", "wheat", "millet"]}


def checked(source):
    original = Original(function(source), Fuel(60))
    answer, lines, ticks = original.call(WORDS)
    refuse_set_order(function(source), original, [Case(WORDS, answer, lines, ticks, "stated")])


def test_the_order_shows():
    found = refusal(checked, "def f(words):\n    return list(set(words))\n")
    assert (found.code, found.span.line) == ("set-order", 2)


def test_what_is_sorted_may_pass():
    checked("def f(words):\n    return sorted(set(words))\n")
