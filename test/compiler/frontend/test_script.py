"""A script becomes a function over its lines."""

from codegym_compiler.analysis.fuel import Fuel
from codegym_compiler.analysis.runner import Original
from compiled import refusal, script

SUM = "import sys\n\nn = int(input())\nprint(sum(map(int, sys.stdin.readline().split())) * n)\n"


def test_it_answers_what_it_prints():
    program = script(SUM)
    assert (program.style, [item.name for item in program.parameters]) == ("script", ["lines"])
    answer, _, _ = Original(program, Fuel(60)).call({"lines": ["2", "1 2 3"]})
    assert answer == "12"


def test_what_reaches_outside_is_refused():
    assert refusal(script, "print(open('data').read())\n").code == "outside"
