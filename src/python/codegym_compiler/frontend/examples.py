"""Inputs that the statement itself gives: doctests, `f(…) == …`, `name = value`, "Input: …", calls in the script part."""

import ast
import re

from .scopes import walk


def _balanced(text: str, start: int) -> int | None:
    """The end of the bracketed text that opens at `start`; strings are stepped over."""
    pairs, stack, index = {"(": ")", "[": "]", "{": "}"}, [], start
    while index < len(text) and index - start < 4000:
        character = text[index]
        if character in "\"'":
            end = index + 1
            while end < len(text) and text[end] != character:
                end += 2 if text[end] == "\\" else 1
            index = end
        elif character in pairs:
            stack.append(pairs[character])
        elif stack and character == stack[-1]:
            stack.pop()
            if not stack:
                return index + 1
        index += 1
    return None


def _literal(node):
    return ast.literal_eval(node)


def _arguments(call: ast.Call, names: list[str]) -> dict | None:
    if len(call.args) > len(names):
        return None
    try:
        result = {name: _literal(item) for name, item in zip(names, call.args)}
        result.update({item.arg: _literal(item.value) for item in call.keywords if item.arg in names})
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return result or None


def from_calls(text: str, entry: str, names: list[str]) -> list[dict]:
    """`entry(…)` anywhere in a text."""
    found = []
    for match in re.finditer(rf"(?<![\w.]){re.escape(entry)}\s*\(", text):
        end = _balanced(text, match.end() - 1)
        if end is None:
            continue
        try:
            call = ast.parse(text[match.start() : end].replace("\n", " "), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if isinstance(call, ast.Call) and (given := _arguments(call, names)):
            found.append(given)
    return found


def _value_at(text: str, start: int):
    """(value, end) of the literal that begins at `start`, or None."""
    rest = text[start : start + 2000]
    stripped = rest.lstrip(" \t`*")
    start += len(rest) - len(stripped)
    if not stripped:
        return None
    if stripped[0] in "[({":
        end = _balanced(text, start)
    elif stripped[0] in "\"'":
        match = re.match(r"(['\"])(?:\\.|(?!\1).)*\1", stripped)
        end = start + match.end() if match else None
    else:
        match = re.match(r"-?\d+(?:\.\d+)?(?![\w.]*\w)|True\b|False\b|None\b|true\b|false\b|null\b", stripped)
        end = start + match.end() if match else None
    if end is None:
        return None
    try:
        code = re.sub(
            r"\b(true|false|null)\b", lambda item: {"true": "True", "false": "False", "null": "None"}[item.group()], text[start:end]
        )
        return ast.literal_eval(code), end
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def from_assignments(text: str, names: list[str]) -> list[dict]:
    """`nums = [2, 7], target = 9`: one example for each time that all names (or the only one) get a value."""
    found: list[dict] = []
    current: dict = {}
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, names))})`?\s*(?:=|:|is)\s*(?!=)")
    for match in pattern.finditer(text):
        value = _value_at(text, match.end())
        if value is None:
            continue
        if match.group(1) in current:
            current = {}
        current[match.group(1)] = value[0]
        if len(current) == len(names):
            found.append(current)
            current = {}
    return found


def single_values(text: str, name: str) -> list:
    """Values that a text gives one parameter alone: `operator['+', '*']`, `words = [...]`."""
    found = []
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}`?\s*(?:=|:|is)?\s*(?=[\[\"'{{])", text):
        value = _value_at(text, match.end())
        if value is not None:
            found.append(value[0])
    return found


def from_inputs(text: str, names: list[str]) -> list[dict]:
    """`Input: [4, 2, 3]` on one line, with as many literals as there are parameters."""
    found = []
    for match in re.finditer(r"\bInput\b[*:`]*[ \t]*:?[*`]*[ \t]*(?=[\[\"'{(\d-])", text, re.IGNORECASE):
        values, at = [], match.end()
        while len(values) < len(names) and (one := _value_at(text, at)):
            values.append(one[0])
            at = one[1]
            at += re.match(r"[ \t,;`]*", text[at:]).end()
        if len(values) == len(names) and (at >= len(text) or text[at] == "\n"):
            found.append(dict(zip(names, values)))
    return found


def from_script(program) -> list[dict]:
    """Calls with literal arguments in the part of the source that only runs as a script."""
    names = [item.name for item in program.parameters]
    found = []
    inside = {id(item) for node in program.needed for item in walk(node)}
    for node in walk(program.tree):
        if isinstance(node, ast.Call) and id(node) not in inside:
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name == program.entry.name and (given := _arguments(node, names)):
                found.append(given)
    return found


def stated_inputs(program, statement: str) -> list[dict]:
    """All inputs that the texts give, in their order, without repeats. Missing parameters with defaults are left out."""
    names = [program.written_name(item.name) for item in program.parameters]
    own = dict(zip(names, (item.name for item in program.parameters)))
    docstring = ast.get_docstring(program.entry) or (ast.get_docstring(program.owner) if program.owner else "") or ""
    comments = "\n".join(line.split("#", 1)[1] for line in program.source.split("\n") if "#" in line)
    required = {item.name for item in program.parameters if item.default is None}
    result, seen = [], set()
    for text in (statement, docstring, comments):
        every = from_calls(text, program.called, names) + from_assignments(text, names) + from_inputs(text, names)
        for given in ({own[name]: value for name, value in one.items()} for one in every):
            key = repr(given)
            if required <= set(given) and key not in seen:
                seen.add(key)
                result.append(given)
    for given in from_script(program):
        if required <= set(given) and repr(given) not in seen:
            seen.add(repr(given))
            result.append(given)
    return result[:40]
