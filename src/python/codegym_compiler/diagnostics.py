"""What cannot be compiled is refused by a diagnostic: a code, a span of the solution, and a sentence."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Lines count from 1, columns in bytes of UTF-8 from 0, as `ast` has them; only a line where no more is known."""

    line: int
    col: int | None = None
    end_line: int | None = None
    end_col: int | None = None


@dataclass(frozen=True)
class Diagnostic:
    """`code` is for programs, the message for people."""

    code: str
    message: str
    span: Span | None = None

    def as_json(self) -> dict:
        return {"rule": self.code, "line": self.span and self.span.line, "message": self.message}


class Refusal(Exception):
    """The solution has no environment, and why."""

    def __init__(self, diagnostic: Diagnostic):
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def refuse(code: str, message: str, line: int | None = None) -> Refusal:
    return Refusal(Diagnostic(code, message, None if line is None else Span(line)))


def refuse_at(node: ast.AST, code: str, message: str) -> Refusal:
    """For a piece of the solution; a whole module has no place."""
    line = getattr(node, "lineno", None)
    span = None if line is None else Span(line, node.col_offset, node.end_lineno, node.end_col_offset)
    return Refusal(Diagnostic(code, message, span))
