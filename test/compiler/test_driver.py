"""From a statement and a solution to variants."""

import codegym_compiler
from codegym_compiler.driver import Compilation
from compiled import OPTIONS, variants

SOLUTION = "def digest(readings: list[int]) -> int:\n    value = 1\n    for reading in readings:\n        value = (value * 31 + reading) % 9973\n    return value\n"


def test_the_same_problem_gives_the_same_variants():
    one, two = (codegym_compiler.compile_problem("Digest.", SOLUTION, None, OPTIONS) for _ in range(2))
    assert one == two and one["variants"]


def test_a_piece_that_is_switched_off_is_cut_nowhere():
    piece = next(iter(variants(SOLUTION).values()))["pieces"][0]["id"]
    found = codegym_compiler.compile_problem("Digest.", SOLUTION, None, {**OPTIONS, "disabled": [piece]})
    assert piece not in [item["id"] for variant in found.get("variants", []) for item in variant["pieces"]]


def test_a_tools_own_name():
    piece = variants(SOLUTION)["few large tools"]["pieces"][0]["id"]
    found = codegym_compiler.compile_problem("Digest.", SOLUTION, None, {**OPTIONS, "renamed": {piece: "Stir"}})
    assert any("Stir" in variant["tools"] for variant in found["variants"])


def test_what_is_refused():
    found = codegym_compiler.compile_problem("", "def f(x):\n    return object()\n", None, OPTIONS)
    assert set(found) == {"refused"} and set(found["refused"]) == {"rule", "line", "message"}


def test_a_mended_program_is_a_fault_of_a_rule():
    compilation = Compilation("Digest.", SOLUTION, None, OPTIONS)
    compilation.run()
    assert compilation.maker.mended == 0
