"""What a cutting rule is: how it matches, what it outlines, how it names and documents the tool, what it needs of types."""

import ast

from ..backend.documents import tool_text


class Rule:
    """A rule overrides what it does otherwise than others; its `name` begins the ids of its pieces."""

    name: str
    #: In the plural, for people.
    label: str
    #: Its pieces are statements, not expressions.
    statements = False
    #: Where its tools stand among the others; readers come first.
    order = 1
    #: When a cut program answers otherwise and nothing says why, the boldest rule's pieces are given up first.
    boldness = 0
    #: What is sent may be so many times longer than a value usually is: beyond that it is data.
    roominess = 1
    #: The tool runs code of the solution that may change what it is given: it is watched for that.
    watched = False
    #: Its tools say what they compute: those of one name get names from their expressions.
    told_apart = False

    def outline(self, outliner, node: ast.expr, context: str, about: str) -> ast.expr | None:
        """The call that takes an expression's place; `context` is the place it stands in, `about` the name it is about."""

    def outline_loop(self, outliner, loop) -> list[ast.stmt] | None:
        """The statements that take the place of a loop's body."""

    def solver_functions(self, outliner, names) -> list[tuple]:
        """Each tool that is not outlined in place, with the text of the solver's function that calls it."""
        return []

    def fits(self, tool, seen) -> bool:
        """Whether the kinds that passed through the tool (`seen`) let it be one."""
        return True

    def summary(self, tool) -> str:
        """The first sentence of the tool's docstring."""
        raise NotImplementedError

    def document(self, tool, seen, hidden) -> tuple[str, str]:
        """(signature without `def`, docstring)."""
        return tool_text(tool, seen, hidden)

    def guards(self, tool, hidden) -> list[str]:
        """Lines of the tool that refuse what it is given."""
        return []
