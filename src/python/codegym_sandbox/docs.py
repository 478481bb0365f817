"""Tool docs: what an agent is told of a method, read from its signature and Google-style docstring."""

import ast
import inspect
import re

SECTION = re.compile(r"^(Args|Arguments|Parameters|Returns?|Example Output|Examples?|Raises|Notes?)\s*:\s*(.*)$")
# `name (type): text`, `name: text`, `name (type, optional): text`
ENTRY = re.compile(r"^(\*{0,2}[A-Za-z_][A-Za-z0-9_]*)\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\s*:\s*(.*)$")


def _headed(docstring: str):
    """(line, match of a section's head or None): heads stand as far left as the first; deeper ones are text."""
    depth = None
    for line in docstring.split("\n"):
        match = SECTION.match(line.strip())
        if match:
            indent = len(line) - len(line.lstrip())
            depth = indent if depth is None else depth
            match = match if indent <= depth else None
        yield line, match


def sections(docstring: str) -> dict[str, list[str]]:
    """Lines of each section of a cleaned docstring; what comes before the first is under ""."""
    result: dict[str, list[str]] = {"": []}
    current = ""
    for line, match in _headed(docstring):
        if match:
            current = match.group(1)
            result[current] = [match.group(2)] if match.group(2) else []
        else:
            result[current].append(line)
    return result


def without_example_output(docstring: str) -> str:
    """The docstring as an agent gets it (docs/formats.md section 4)."""
    kept, skipping = [], False
    for line, match in _headed(docstring):
        if match:
            skipping = match.group(1) == "Example Output"
        if not skipping:
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _documented(parts) -> dict[str, tuple[str, str]]:
    """name → (type, description) from the Args section; indented lines continue the entry above."""
    lines = next((parts[name] for name in ("Args", "Arguments", "Parameters") if name in parts), [])
    entries: dict[str, tuple[str, str]] = {}
    last, depth = None, None
    for line in lines:
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        match = ENTRY.match(line.strip())
        if match and (depth is None or indent <= depth):
            depth = indent if depth is None else depth
            last = match.group(1).lstrip("*")
            entries[last] = ((match.group(2) or "").removesuffix(", optional").strip(), match.group(3).strip())
        elif last is not None:
            kind, text = entries[last]
            entries[last] = (kind, f"{text} {line.strip()}".strip())
    return entries


def signature(function: ast.FunctionDef) -> str:
    """`Name(x: int, y: int = 0)`: as written, without `self`."""
    arguments = ast.parse("def f(): pass").body[0].args
    source = function.args
    static = "staticmethod" in [ast.unparse(item) for item in function.decorator_list]
    arguments.posonlyargs = source.posonlyargs if static else source.posonlyargs[1:]
    arguments.args = source.args if static or source.posonlyargs else source.args[1:]
    arguments.vararg, arguments.kwonlyargs = source.vararg, source.kwonlyargs
    arguments.kw_defaults, arguments.kwarg, arguments.defaults = source.kw_defaults, source.kwarg, source.defaults
    return f"{function.name}({ast.unparse(arguments)})"


def tool_of(function: ast.FunctionDef) -> dict:
    """One method as `domain/tool.ts` has it."""
    raw = ast.get_docstring(function, clean=False) or ""
    docstring = inspect.cleandoc(raw)
    parts = sections(docstring)
    documented = _documented(parts)
    positional = (function.args.posonlyargs + function.args.args)[1:]
    defaults: list = [None] * (len(positional) - len(function.args.defaults)) + list(function.args.defaults)
    pairs = list(zip(positional, defaults[-len(positional) :] if positional else []))
    pairs += list(zip(function.args.kwonlyargs, function.args.kw_defaults))
    parameters = []
    for argument, default in pairs:
        kind, text = documented.get(argument.arg, ("", ""))
        annotation = ast.unparse(argument.annotation) if argument.annotation else ""
        # The docstring is often the more exact one (`list[int]` beside the annotation `list`).
        generic = annotation in ("list", "dict", "tuple", "object", "Any") and kind.startswith(annotation)
        parameter = {
            "name": argument.arg,
            "type": kind if (not annotation or generic) else annotation,
            "description": text,
            "required": default is None,
        }
        if default is not None:
            parameter["default"] = ast.unparse(default)
        parameters.append(parameter)
    returns = " ".join(line.strip() for name in ("Returns", "Return") for line in parts.get(name, [])).strip()
    return {
        "name": function.name,
        "signature": signature(function),
        "summary": " ".join(line.strip() for line in parts[""]).strip(),
        "parameters": parameters,
        "returns": returns,
        "docstring": without_example_output(docstring),
        "line": function.lineno,
    }
