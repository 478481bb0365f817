"""Docstrings of tools."""

import ast

from codegym_compiler.backend.documents import code, docstring, quoted
from compiled import variants


def test_all_sections_are_there():
    assert docstring("Do it.", [], "A text.", "x") == "Do it.\n\nArgs:\n    None\n\nReturns:\n    str: A text.\n\nExample Output:\n    x"


def test_quotes_end_nothing():
    text = 'It says """ and \\n.'
    assert ast.literal_eval(quoted(text, "")).strip() == text


def test_code_in_a_sentence():
    assert (code("a  +\n b"), code("`a`")) == ("`a + b`", "`a`")


def test_every_tool_is_documented():
    source = "def f(items: list[int], stock: dict[str, int], text: str) -> int:\n    total = 0\n    for item in items:\n        total += item * len(text)\n    for name in stock:\n        total += stock[name] % 7\n    return total + ord(text[0]) if text else total\n"
    for variant in variants(source).values():
        (cls,) = (node for node in ast.parse(variant["source"]).body if isinstance(node, ast.ClassDef))
        documents = {node.name: ast.get_docstring(node) for node in cls.body if isinstance(node, ast.FunctionDef)}
        for tool in variant["tools"]:
            assert all(f"\n{section}:\n" in documents[tool] for section in ("Args", "Returns", "Example Output"))
