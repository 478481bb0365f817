"""Changed lines stay an input of the same structure."""

import random

from codegym_compiler.inputs.script_lines import changed_lines


def test_changed_lines_are_lines():
    rng = random.Random(1)
    for _ in range(50):
        assert all(isinstance(line, str) and "\n" not in line for line in changed_lines(["3", "1 2 3"], rng))


def test_words_that_the_script_knows_stay():
    rng = random.Random(1)
    assert all("push" in changed_lines(["push 4", "push 7"], rng, frozenset({"push"}))[0] for _ in range(50))
