"""Kinds from annotations, docstrings and use."""

from codegym_compiler.types.inference import from_annotation, from_docstring, guesses
from codegym_compiler.types.lattice import FLOAT, INT, STR, Kind, list_of
from compiled import expression, function, refusal


def test_annotations():
    assert from_annotation(expression("list[List[int]]")) == list_of(list_of(INT))
    assert from_annotation(expression("dict[str, float]")) == Kind("dict", (STR, FLOAT))
    assert from_annotation(expression("tuple[int, str]")) == Kind("tuple", (INT, STR))
    assert from_annotation(expression("'list[str]'")) == list_of(STR)


def test_docstrings():
    assert from_docstring("Args:\n    words (list of str): The words.", "words") == list_of(STR)


def test_use():
    program = function("def f(words, n):\n    return [word.upper() for word in words[:n]]\n")
    assert guesses(program, "words", None, "")[0] == list_of(STR)
    assert guesses(program, "n", None, "")[0] == INT


def test_linked_nodes_are_refused():
    assert refusal(from_annotation, expression("Optional[ListNode]")).code == "node-parameter"
