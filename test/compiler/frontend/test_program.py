"""The entry of a solution, and all that it needs."""

import ast

from codegym_compiler.frontend.program import hides_entry_recursion, keeps_state, reads_standard_input
from compiled import function, refusal

TWO = "import math\n\nLIMIT = 3\nUNUSED = 4\n\n\ndef helper(x):\n    return x + LIMIT\n\n\ndef solve(items):\n    return helper(items[0])\n"


def test_the_entry_and_what_it_needs():
    program = function(TWO)
    assert program.entry.name == "solve"
    assert [item.name for item in program.parameters] == ["items"]
    text = [ast.unparse(node).split("\n")[0] for node in program.needed]
    assert text == ["LIMIT = 3", "def helper(x):", "def solve(items):"]


def test_a_method_has_an_owner():
    program = function("class Solution:\n    def area(self, sides):\n        return sides[0] * sides[1]\n")
    assert (program.style, program.owner.name, program.called) == ("method", "Solution", "area")


def test_what_is_refused_has_a_code_and_a_place():
    for source, code, line in (
        ("def f():\n    return 1\n", "no-input", 1),
        ("async def f(x):\n    return x\n", "async", 1),
        ('def f(x):\n    """Says."""\n', "no-entry", 1),
        ("import numpy\n\n\ndef f(x):\n    return numpy.sum(x)\n", "import", 1),
        ("import random\n\n\ndef f(x):\n    return random.choice(x)\n", "unrepeatable", 5),
    ):
        found = refusal(function, source)
        assert (found.code, found.span.line) == (code, line), found


def test_state_and_recursion_are_seen():
    assert keeps_state(function("def f(x, seen=[]):\n    seen.append(x)\n    return len(seen)\n"))
    assert not keeps_state(function(TWO))
    assert hides_entry_recursion(function("def f(n):\n    return n if n < 2 else f(n - 1)\n"))


def test_scripts_are_told_from_functions():
    assert reads_standard_input(ast.parse("n = int(input())\nprint(n)"))
    assert not reads_standard_input(ast.parse(TWO))
