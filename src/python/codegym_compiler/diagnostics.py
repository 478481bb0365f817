"""What cannot be compiled is refused by name: a rule, a line of the solution, and a sentence."""

import ast


class Refusal(Exception):
    """The solution has no environment. `rule` is for programs, the message for people."""

    def __init__(self, rule: str, message: str, line: int | None = None):
        super().__init__(message)
        self.rule, self.message, self.line = rule, message, line

    def as_json(self) -> dict:
        return {"rule": self.rule, "line": self.line, "message": self.message}


def refuse_at(node: ast.AST, rule: str, message: str) -> Refusal:
    return Refusal(rule, message, getattr(node, "lineno", None))
