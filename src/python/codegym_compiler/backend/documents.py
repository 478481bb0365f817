"""Docstrings of tools: all that an agent needs to call them and to read what they say."""

import ast
import json
import textwrap

from ..analysis.access import SIZED, Hidden
from ..outline.outliner import Tool
from ..types.lattice import Kind, annotation, with_article, words
from ..frontend.scopes import walk
from ..analysis.profile import Seen, example_text, observed

_FOLDS = {
    "left + right": "Add two numbers.",
    "right if right > left else left": "Give the larger of two values; the left one when they are equal.",
    "right if right < left else left": "Give the smaller of two values; the left one when they are equal.",
    "left < right": "Tell whether the left value comes before the right one in rising order.",
}


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


def _code(text: str) -> str:
    return f"`{text}`" if "`" not in text else text


def _summary(tool: Tool, hidden: list[Hidden]) -> str:
    label = " ".join(tool.label.split())
    reached = {node.attr for part in tool.body for node in walk(part) if isinstance(node, ast.Attribute)}
    spoken = [item.name for item in hidden if item.attribute in reached]
    about = (
        f" Here {' and '.join(f'`{name}`' for name in spoken)} {'is' if len(spoken) == 1 else 'are'} the hidden input." if spoken else ""
    )
    if tool.rule == "fold":
        return _FOLDS[tool.label]
    if tool.rule == "helper":
        purpose = " ".join(getattr(tool, "purpose", "").split("\n\n")[0].split())
        if purpose and ">>>" not in purpose and len(purpose) < 400:
            return f"{purpose.rstrip('.')}.{about}"
        return f"Do the step {_code(label)} of the task.{about}"
    if tool.rule == "predicate":
        return f"Tell whether {_code(label)} holds.{about}"
    if tool.rule == "loop-body":
        return f"Do one pass of a step and give the changed values: {_code(label)}.{about}"
    if tool.about:
        return f"Compute {'the new value of ' if tool.updates else ''}`{tool.about}`: {_code(label)}.{about}"
    return f"Compute {_code(label)}.{about}"


def _json(kind: Kind) -> str:
    return f"JSON {words(kind).removeprefix('JSON ')}"


def _argument(name: str, kind: Kind | None) -> str:
    kind = kind or Kind("json")
    return f"{name} ({annotation(kind)}): The value of `{name}`, {with_article(kind)}."


def tool_text(tool: Tool, seen: Seen, hidden: list[Hidden]) -> tuple[str, str]:
    """(signature without `def`, docstring)."""
    if tool.source is not None:
        return _reader(tool, seen, hidden)
    parts = [f"{name}: {annotation(seen.arguments[name])}" if name in seen.arguments else name for name in tool.arguments]
    arguments = [_argument(name, seen.arguments.get(name)) for name in tool.arguments]
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


def _reader(tool, seen, hidden):
    name, how = tool.source
    item = next(one for one in hidden if one.name == name)
    example = example_text(tool, seen)
    result = words(seen.result).removeprefix("JSON ") if seen.calls else "value"
    if how == "cell":
        return (
            f"{tool.name}(self, row: int, column: int)",
            docstring(f"Read one cell of the hidden `{name}`.",
                      ["row (int): The row, counted from 0.", ("column (int): The column, counted from 0. Observe tells how long each "
f"row is (`{item.size_key}`).")],
                      f"JSON {result}, the cell. A place outside, such as -1, is refused.", example),
        )  # fmt: skip
    if how == "case":
        return (
            f"{tool.name}(self, case: int)",
            docstring(f"Read `{name}` of one hidden case.", [("case (int): The number of the case, counted from 0. Observe tells how "
"many there are.")],
                      f"JSON {result}, the value of `{name}` in that case.", example),
        )  # fmt: skip
    if how == "value":
        kind = seen.arguments.get("key", Kind("str"))
        return (
            f"{tool.name}(self, key: {annotation(kind)})",
            docstring(("Read the value that belongs to a key of the hidden "
f"`{name}`."), [f"key ({annotation(kind)}): {with_article(kind).capitalize()} that is a key."],
                      f"JSON {result}, the value. A key that is not there is refused.", example),
        )  # fmt: skip
    if how == "call":
        of_case = ["case (int): The number of the case, counted from 0."] if "case" in tool.arguments else []
        parts = [f"{one}: {annotation(seen.arguments[one])}" if one in seen.arguments else one for one in tool.arguments]
        given = [one for one in tool.arguments if one != "case"]
        return (
            f"{tool.name}(self, {', '.join(parts)})",
            docstring(f"Apply the hidden function `{name}`: give `{name}({', '.join(given)})`.",
                      [*of_case, *(_argument(one, seen.arguments.get(one)) for one in given)],
                      f"JSON {result}, what `{name}` gives.", example),
        )  # fmt: skip
    part = "character" if item.form == "text" else "element" if item.part.endswith("_item") else item.part.replace("_", " ")
    what = "key" if how == "key" else part
    order = " in rising order" if item.form == "set" else ""
    return (
        f"{tool.name}(self, index: int)",
        docstring(f"Read one {what} of the hidden `{name}`{order}.", [("index (int): Its place, counted from 0. Observe tells how many there "
f"are (`{item.size_key}`).")],
                  f"JSON {result}, the {what}. A place outside, such as -1, is refused.", example),
    )  # fmt: skip


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
    what = "how many cases are hidden" if batched else " and ".join(
        [*(["the sizes of the hidden data"] if dark else []), *(["the values that are not hidden"] if open_to_all else [])]) or "that there is nothing to see from outside"  # fmt: skip
    return docstring(f"Tell {what}.", [], f"JSON object with the keys {'; '.join(keys)}." if keys else "An empty JSON object.", example)
