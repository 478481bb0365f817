"""Tools in the making."""

import ast

from codegym_compiler.outline.tool import Draft, span_of
from compiled import expression


def test_one_argument_for_one_text():
    draft = Draft()
    first, again, other = (draft.argument("value", expression(text)) for text in ("a + 1", "a + 1", "a + 2"))
    assert (first.id, again.id, other.id) == ("value", "value", "value2")


def test_spans():
    body = ast.parse("x = 1\ny = 22").body
    assert span_of(body[0], "expression") == {"id": "expression:1:0-1:5", "line": 1, "endLine": 1, "col": 0, "endCol": 5}
    assert span_of(body[0], "loop-body", body[1])["id"] == "loop-body:1:0-2:6"
