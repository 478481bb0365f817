"""Names: where they are bound, read and changed."""

import ast

from codegym_compiler.frontend.scopes import bound_by, changed_names, imported_roots, is_generator, loaded_names, locals_of, root_name
from compiled import expression

FUNCTION = ast.parse("def f(a, *, b=1):\n    c = a\n    c.append(b)\n    d[0] = 2\n    return [e for e in c]\n").body[0]


def test_locals_are_what_is_bound():
    assert locals_of(FUNCTION) >= {"a", "b", "c"}
    assert "d" not in locals_of(FUNCTION)


def test_changed_are_those_that_something_is_put_into():
    assert changed_names(FUNCTION) == {"c", "d"}


def test_statements_bind():
    assert list(bound_by(ast.parse("import os.path as p, sys").body[0])) == ["p", "sys"]
    assert imported_roots(ast.parse("from os.path import join").body[0]) == ["os"]


def test_expressions_read():
    assert loaded_names(expression("a + b[c]")) == ["a", "b", "c"]
    assert root_name(expression("grid[0][1]")) == "grid"


def test_own_yields_make_a_generator():
    assert is_generator(ast.parse("def f():\n    yield 1").body[0])
    assert not is_generator(ast.parse("def f():\n    def g():\n        yield 1").body[0])
