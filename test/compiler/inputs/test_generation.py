"""Inputs on which the solution runs."""

from codegym_compiler.analysis.fuel import Fuel
from codegym_compiler.analysis.runner import Original, executable_lines
from codegym_compiler.inputs.generation import SIZES, Inputs
from compiled import function

SOURCE = "def f(items: list[int], limit: int) -> int:\n    if 71 in items:\n        return -1\n    return sum(item for item in items if item < limit)\n"


def gathered(seed):
    program = function(SOURCE)
    original = Original(program, Fuel(60))
    inputs = Inputs(program, original, "", [{"items": [1, 5], "limit": 3}], seed, lambda case: True)
    inputs.settle()
    inputs.grow(12, SIZES, 100_000)
    inputs.seek(executable_lines(program), 200, 200_000)
    return program, inputs


def test_the_stated_one_comes_first_and_others_follow():
    _, inputs = gathered(0)
    assert inputs.cases[0].arguments == {"items": [1, 5], "limit": 3}
    assert (inputs.cases[0].answer, inputs.cases[0].origin) == (1, "stated")
    assert len(inputs.cases) >= 12


def test_lines_that_have_not_run_are_looked_for():
    program, inputs = gathered(0)
    assert executable_lines(program) <= set().union(*(case.lines for case in inputs.cases))


def test_the_same_seed_gives_the_same():
    assert [case.arguments for case in gathered(5)[1].cases] == [case.arguments for case in gathered(5)[1].cases]
