"""The solution's text as Python."""

from codegym_compiler.frontend.reading import parse, python_of
from compiled import refusal


def test_a_fence_is_taken_off_and_lines_keep_their_numbers():
    assert python_of("Here it is:\n```python\nx = 1\n```\nDone.") == "\n\nx = 1\n\n"


def test_what_is_python_already_stays():
    assert python_of("text = '''\n```\n'''\n") == "text = '''\n```\n'''\n"


def test_python_2_is_named():
    found = refusal(parse, "x = 1\nprint x\n")
    assert (found.code, found.span.line) == ("python-2", 2)


def test_a_fault_has_its_line():
    assert refusal(parse, "x = 1\ny = (\n").span.line == 2
