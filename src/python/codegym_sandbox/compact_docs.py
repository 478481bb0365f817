"""Docstrings of a compact reply: read however they are laid out, written in the standard form."""

import ast
import inspect
import re
from dataclasses import dataclass, field

HEAD = re.compile(r"(Args|Arguments|Parameters|Returns?|Example Output|Examples?|Output)\s*:\s*(.*)", re.IGNORECASE)
ENTRY = re.compile(r"[-*•]?\s*[*`]{0,2}([A-Za-z_]\w*)[*`]{0,2}\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\s*:\s*(.*)")
SECTION_OF = {"args": "args", "arguments": "args", "parameters": "args", "return": "returns", "returns": "returns"}


@dataclass
class Told:
    """What a docstring says. `args`: name → (type, lines)."""

    summary: list = field(default_factory=list)
    args: dict = field(default_factory=dict)
    returns: list = field(default_factory=list)
    example: list = field(default_factory=list)


def _trimmed(lines):
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def told(function) -> Told:
    """The docstring of a method, cut into its parts; empty where there is none."""
    docs = Told()
    names = {item.arg for item in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}
    section, current = "summary", docs.summary
    for line in inspect.cleandoc(ast.get_docstring(function, clean=False) or "").split("\n"):
        text = line.strip()
        head = HEAD.fullmatch(text)
        entry = ENTRY.fullmatch(text)
        if entry and entry[1] in names and section in ("summary", "args"):
            section, current = "args", [entry[3]]
            docs.args[entry[1]] = ((entry[2] or "").strip(), current)
        elif head:
            section = SECTION_OF.get(head[1].lower(), "example")
            current = {"args": [], "returns": docs.returns, "example": docs.example}[section]
            if head[2]:
                current.append(head[2])
        else:
            current.append(line if section == "summary" else text)
    for lines in (docs.summary, docs.returns, docs.example, *(lines for _, lines in docs.args.values())):
        _trimmed(lines)
    if docs.returns:
        docs.returns[0] = re.sub(r"^str\s*:\s*", "", docs.returns[0])
        if not docs.returns[0]:
            _trimmed(docs.returns)
    return docs


def _escaped(line: str) -> str:
    """As it has to stand in a source to be read as this line."""
    safe = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode() for char in safe)


def rendered(summary, args, returns, example) -> list[str]:
    """Lines of a docstring in the standard form. `args`: (name, type, lines) triples."""
    rows = ['"""', *(summary or ["…"]), "", "Args:"]
    for name, kind, lines in args:
        first = f"{name} ({kind}):" if kind else f"{name}:"
        rows += [f"    {first} {' '.join(line for line in lines if line)}".rstrip()]
    if not args:
        rows.append("    None")
    rows += ["", "Returns:", f"    str: {returns[0] if returns else 'Text.'}", *(f"    {line}" for line in returns[1:])]
    if example:
        rows += ["", "Example Output:", *(f"    {line}" for line in example)]
    return [row if row == '"""' else _escaped(row.rstrip()) for row in rows] + ['"""']
