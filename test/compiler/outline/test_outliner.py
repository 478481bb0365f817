"""Extraction of one expression."""

import ast

from codegym_compiler.outline.strategy import Strategy
from codegym_compiler.outline.walker import Walker
from codegym_compiler.rules.expression import EXPRESSION
from compiled import expression, function


def extracted(text: str, **strategy):
    """(the tool's side, what is sent), with a hidden `items` and local `a`, `b`."""
    program = function("def f(items, a, b):\n    return a\n")
    walker = Walker(program, Strategy("test", **strategy), {"items"}, set())
    walker.push(program.entry, entry=True)
    found = walker.extract(EXPRESSION, expression(text), "", "")
    if found is None:
        return None
    tool, _, arguments = found
    return ast.unparse(tool.body[-1].value), {name: ast.unparse(value) for name, value in arguments.items()}


def test_what_only_the_solver_knows_is_sent():
    assert extracted("a + b * 2") == ("a + b * 2", {"a": "a", "b": "b"})
    assert extracted("items[a] * b") == ("item * b", {"item": "items[a]", "b": "b"})
    assert extracted("len(items) * b") == ("length * b", {"length": "len(items)", "b": "b"})


def test_or_read_by_the_tool_itself():
    assert extracted("items[a] * b", bound=True) == ("self._hidden_items[a] * b", {"a": "a", "b": "b"})


def test_one_operation_a_tool():
    assert extracted("a + b * 2", small=True) == ("a + value", {"a": "a", "value": "b * 2"})


def test_a_part_that_may_not_run_is_not_sent_ahead():
    assert extracted("(a and items[b]) + 1") is None


def test_a_change_of_form_is_no_step():
    assert extracted("list(a)") is None and extracted("1 + 2") is None
