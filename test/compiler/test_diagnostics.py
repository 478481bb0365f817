"""What is refused, and where."""

import ast

from codegym_compiler.diagnostics import Span, refuse, refuse_at


def test_a_node_has_a_span():
    node = ast.parse("x = (1 +\n 2)").body[0].value
    assert refuse_at(node, "some-code", "Say it otherwise.").diagnostic.span == Span(1, 5, 2, 2)
    assert refuse_at(ast.parse(""), "some-code", "Say it otherwise.").diagnostic.span is None


def test_the_json_that_the_page_reads():
    assert refuse("some-code", "Say it otherwise.", 3).diagnostic.as_json() == {
        "rule": "some-code",
        "line": 3,
        "message": "Say it otherwise.",
    }
    assert refuse("some-code", "Say it otherwise.").diagnostic.as_json()["line"] is None
