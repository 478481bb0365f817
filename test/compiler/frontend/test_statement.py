"""A statement in plain words."""

from codegym_compiler.frontend.statement import plain_statement
from compiled import function

PROGRAM = function("def area(sides):\n    return sides[0]\n")


def test_it_speaks_to_an_agent():
    text = plain_statement("Write a function that returns the area of a box. Do not use recursion.\n\n>>> area([1, 2])\n2", PROGRAM)
    assert "function" not in text and "recursion" not in text and ">>>" not in text
    assert "the area of a box" in text


def test_code_is_left_out():
    assert "def " not in plain_statement("def area(sides):\n    Give the area.", PROGRAM)
