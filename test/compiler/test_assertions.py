"""A row's own assertions."""

import codegym_compiler
from codegym_compiler.assertions import Assertions, answer_of, config_of, inputs_from_check

SOLUTION = "def area(sides, scale=2):\n    return sides[0] * sides[1] * scale\n"
CHECK = "def check(candidate):\n    assert candidate([1, 2]) == 4\n    assert candidate([3, 2], scale=1) == 6\n"


def test_the_inputs_they_use():
    assert inputs_from_check(CHECK, SOLUTION, "area") == [[[1, 2], 2], [[3, 2], 1]]
    assert inputs_from_check("assert area([5, 1]) == 10\n", SOLUTION, "area") == [[[5, 1], 2]]


def test_they_judge_a_candidate():
    assertions = Assertions(CHECK, SOLUTION, "area")
    space: dict = {}
    exec(SOLUTION, space)
    assertions.run(space, assertions.candidate(space))
    try:
        assertions.run(space, lambda sides, scale=2: 0)
    except AssertionError:
        return
    raise AssertionError("a wrong candidate passes")


def test_configurations_and_answers_of_a_shape():
    found = codegym_compiler.compile_problem(
        "Area.",
        "def area(sides: list[int]) -> int:\n    total = 1\n    for side in sides:\n        total = total * side % 97\n    return total\n",
    )
    shape = found["variants"][0]["shape"]
    assert config_of(shape, [[1, 2]]) == '{"sides": [1, 2]}'
    assert config_of(shape, ["a"]) is None
    assert answer_of(shape, 3) == 3
