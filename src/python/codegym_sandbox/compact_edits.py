"""What is changed inside the lines of a compact reply before the rest is put around them. No line comes or goes."""

import ast

from . import compact

#: Calls and methods that give text.
TEXT_CALLS = frozenset({"str", "repr", "chr", "json.dumps"})
TEXT_METHODS = frozenset({"format", "join", "lower", "replace", "strip", "upper"})


def _is_text(node) -> bool:
    """Whether an expression is text for sure."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in TEXT_CALLS or (isinstance(node.func, ast.Attribute) and node.func.attr in TEXT_METHODS)
    return isinstance(node, ast.JoinedStr)


def ends(body) -> bool:
    """Whether a body surely ends in return or raise."""
    last = body[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and ends(last.body) and ends(last.orelse)
    if isinstance(last, ast.With):
        return ends(last.body)
    return isinstance(last, (ast.Return, ast.Raise))


def _returns(function):
    return [node for node in compact.own_nodes(function) if isinstance(node, ast.Return)]


def _gives_text(function) -> bool:
    return ends(function.body) and all(node.value is not None and _is_text(node.value) for node in _returns(function))


def _called_inside(parts, tool) -> bool:
    """Whether the class itself uses the tool, which then has to give it the value and not its text."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == tool.name and isinstance(node.value, ast.Name)
        for member in parts.cls.body
        if member is not parts.solve
        for node in ast.walk(member)
    )


def _raw_name(parts, tool) -> str:
    name = f"_{tool.name}"
    while name in _attributes(parts.tree):
        name += "_"
    return name


def _attributes(tree):
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
        node.name for node in ast.walk(tree) if isinstance(node, compact.FUNCTIONS)
    }


def edits_of(parts):
    """(line, column in bytes, end, text): the class's new name, and text in the place of what tools return."""
    edits, split = [], {}
    for tool in parts.tools:
        if _gives_text(tool):
            continue
        if _called_inside(parts, tool):
            split[tool.name] = _raw_name(parts, tool)
            continue
        for node in _returns(tool):
            if node.value is None:
                edits.append((node.end_lineno, node.end_col_offset, node.end_col_offset, " _as_text(None)"))
            elif not _is_text(node.value):
                value, double = node.value, isinstance(node.value, ast.Tuple)
                edits.append((value.lineno, value.col_offset, value.col_offset, "_as_text((" if double else "_as_text("))
                edits.append((value.end_lineno, value.end_col_offset, value.end_col_offset, "))" if double else ")"))
    for node in ast.walk(parts.tree):
        if isinstance(node, ast.Name) and node.id == parts.cls.name != parts.name:
            edits.append((node.lineno, node.col_offset, node.end_col_offset, parts.name))
        elif isinstance(node, ast.Attribute) and node.attr in split and isinstance(node.value, ast.Name) and node.ctx.__class__ is ast.Load:
            edits.append((node.end_lineno, node.end_col_offset - len(node.attr.encode()), node.end_col_offset, split[node.attr]))
    return edits, split


def edited(source, edits):
    """The source with the edits made; no line comes or goes."""
    lines = source.encode().split(b"\n")
    for line, start, end, text in sorted(edits, reverse=True):
        row = lines[line - 1]
        lines[line - 1] = row[:start] + text.encode() + row[end:]
    return b"\n".join(lines).decode()
