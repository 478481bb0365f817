"""Docstrings of tools: all that an agent needs to call them and to read what they say."""

import ast
import json
import textwrap

from ..analysis.access import SIZED, Hidden
from ..analysis.profile import Seen, example_text, observed
from ..frontend.scopes import walk
from ..outline.tool import Tool
from ..types.lattice import Kind, annotation, with_article, words


def _section(title: str, lines: list[str]) -> str:
    return f"{title}:\n" + "\n".join("    " + line for line in lines)


def docstring(summary: str, arguments: list[str], returns: str, example: str) -> str:
    return "\n\n".join(
        [summary, _section("Args", arguments or ["None"]), _section("Returns", [f"str: {returns}"]), _section("Example Output", [example])]
    )


def quoted(text: str, indent: str) -> str:
    """A docstring's source."""
    body = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return textwrap.indent(f'"""\n{body}\n"""', indent, lambda line: bool(line.strip()))


def code(text: str) -> str:
    """Python text in a sentence."""
    text = " ".join(text.split())
    return f"`{text}`" if "`" not in text else text


def _summary(tool: Tool, hidden: list[Hidden]) -> str:
    reached = {node.attr for part in tool.body for node in walk(part) if isinstance(node, ast.Attribute)}
    spoken = [item.name for item in hidden if item.attribute in reached]
    about = (
        f" Here {' and '.join(f'`{name}`' for name in spoken)} {'is' if len(spoken) == 1 else 'are'} the hidden input." if spoken else ""
    )
    return tool.rule.summary(tool) + about


def _json(kind: Kind) -> str:
    return f"JSON {words(kind).removeprefix('JSON ')}"


def argument_text(name: str, kind: Kind | None) -> str:
    kind = kind or Kind("json")
    return f"{name} ({annotation(kind)}): The value of `{name}`, {with_article(kind)}."


def tool_text(tool: Tool, seen: Seen, hidden: list[Hidden]) -> tuple[str, str]:
    """(signature without `def`, docstring)."""
    parts = [f"{name}: {annotation(seen.arguments[name])}" if name in seen.arguments else name for name in tool.arguments]
    arguments = [argument_text(name, seen.arguments.get(name)) for name in tool.arguments]
    if len(tool.outputs) > 1:
        inner = ", ".join(f"{name} ({words(kind)})" for name, kind in zip(tool.outputs, seen.result.parts))
        returns = f"JSON list [{', '.join(tool.outputs)}] with the values afterwards: {inner}."
    elif tool.outputs:
        returns = f"{_json(seen.result)}: `{tool.outputs[0]}` afterwards."
    elif seen.result.name == "bool":
        returns = "JSON boolean, true or false."
    else:
        what = f"the new `{tool.about}`" if tool.updates else f"`{tool.about}`" if tool.about else "the result"
        returns = f"{_json(seen.result)}, {what}."
    return f"{tool.name}(self{''.join(', ' + part for part in parts)})", docstring(
        _summary(tool, hidden), arguments, returns, example_text(tool, seen)
    )


def observe_text(hidden: list[Hidden], arguments, batched: bool) -> str:
    keys = []
    if batched:
        keys.append('"cases": how many hidden cases there are')
    for item in hidden if not batched else []:
        if item.form == "function":
            continue
        if item.form == "grid":
            keys.append(f'"{item.size_key}": the lengths of the rows of `{item.name}`, as a list')
        elif item.form in SIZED:
            keys.append(f'"{item.size_key}": how many {"characters" if item.form == "text" else "entries"} `{item.name}` has')
        else:
            keys.append(f'"{item.name}": its value, {with_article(item.kind)}')
    example = json.dumps(observed(hidden, arguments, len(arguments) if batched else None))
    dark = [item for item in hidden if item.form in SIZED]
    open_to_all = [item for item in hidden if item.form == "scalar"]
    what = (
        "how many cases are hidden"
        if batched
        else " and ".join(
            [*(["the sizes of the hidden data"] if dark else []), *(["the values that are not hidden"] if open_to_all else [])]
        )
        or "that there is nothing to see from outside"
    )
    return docstring(f"Tell {what}.", [], f"JSON object with the keys {'; '.join(keys)}." if keys else "An empty JSON object.", example)
