"""The pieces of `standard_form.py` by name: the one template of an environment, for `assembly` and for the compiler."""

import ast
import os


def first_line(node) -> int:
    """Of a statement with its decorators."""
    return min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])


def _pieces() -> dict[str, list[str]]:
    """Name → lines of each function, method and block, without the indentation of a class."""
    with open(os.path.join(os.path.dirname(__file__), "standard_form.py"), encoding="utf-8") as file:
        template = file.read()
    lines, pieces = template.split("\n"), {}
    for node in ast.parse(template).body:
        if isinstance(node, ast.If):
            pieces["__main__"] = lines[node.lineno - 1 : node.end_lineno]
        for item, indent in [(node, 0)] + [(member, 4) for member in getattr(node, "body", [])]:
            if isinstance(item, ast.FunctionDef):
                pieces[item.name] = [line[indent:] for line in lines[first_line(item) - 1 : item.end_lineno]]
    return pieces


_PIECES = _pieces()


def piece(name: str, words: dict[str, str] | None = None) -> list[str]:
    """The lines of a piece, with its words in capitals replaced."""
    rows = _PIECES[name]
    for word, value in (words or {}).items():
        rows = [row.replace(word, value) for row in rows]
    return list(rows)


def step_with(check: str, words: dict[str, str] | None = None) -> list[str]:
    """`step`, with the body of the function `check` of the template in the place of CHECK."""
    rows = []
    for row in piece("step", words):
        if row.strip() != "CHECK":
            rows.append(row)
            continue
        indent = row[: -len("CHECK")]
        rows += [indent + line.removeprefix("    ") for line in piece(check, words)[1:] if not line.lstrip().startswith('"""')]
    return rows
