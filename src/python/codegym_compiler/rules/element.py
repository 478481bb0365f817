"""Readers of the hidden input: one part a call, by its place, cell or key. Never as a dump.

They are cut out of no piece of the solution: `analysis.access` finds how a parameter is read, and the solver's reads of it
become calls.
"""

import ast

from ..analysis.access import Hidden
from ..analysis.profile import example_text
from ..backend.documents import argument_text, docstring
from ..frontend.hygiene import Words
from ..naming import element_name, pascal
from ..outline.tool import Tool
from ..types.lattice import Kind, annotation, with_article, words
from .rule import Rule


class ElementRule(Rule):
    name = "element"
    label = "hidden data by index"
    order = 0

    def document(self, tool, seen, hidden):
        name, how = tool.source
        item = next(one for one in hidden if one.name == name)
        value = f"JSON {words(seen.result).removeprefix('JSON ') if seen.calls else 'value'}"
        outside = "A place outside, such as -1, is refused."
        if how == "cell":
            parts = ["row: int", "column: int"]
            summary = f"Read one cell of the hidden `{name}`."
            column = f"column (int): The column, counted from 0. Observe tells how long each row is (`{item.size_key}`)."
            arguments, returns = ["row (int): The row, counted from 0.", column], f"{value}, the cell. {outside}"
        elif how == "case":
            parts = ["case: int"]
            summary = f"Read `{name}` of one hidden case."
            arguments = ["case (int): The number of the case, counted from 0. Observe tells how many there are."]
            returns = f"{value}, the value of `{name}` in that case."
        elif how == "value":
            kind = seen.arguments.get("key", Kind("str"))
            parts = [f"key: {annotation(kind)}"]
            summary = f"Read the value that belongs to a key of the hidden `{name}`."
            arguments = [f"key ({annotation(kind)}): {with_article(kind).capitalize()} that is a key."]
            returns = f"{value}, the value. A key that is not there is refused."
        elif how == "call":
            parts = [f"{one}: {annotation(seen.arguments[one])}" if one in seen.arguments else one for one in tool.arguments]
            given = [one for one in tool.arguments if one != "case"]
            summary = f"Apply the hidden function `{name}`: give `{name}({', '.join(given)})`."
            of_case = ["case (int): The number of the case, counted from 0."] if "case" in tool.arguments else []
            arguments = [*of_case, *(argument_text(one, seen.arguments.get(one)) for one in given)]
            returns = f"{value}, what `{name}` gives."
        else:
            part = "character" if item.form == "text" else "element" if item.part.endswith("_item") else item.part.replace("_", " ")
            what = "key" if how == "key" else part
            parts = ["index: int"]
            summary = f"Read one {what} of the hidden `{name}`{' in rising order' if item.form == 'set' else ''}."
            arguments = [f"index (int): Its place, counted from 0. Observe tells how many there are (`{item.size_key}`)."]
            returns = f"{value}, the {what}. {outside}"
        return f"{tool.name}(self, {', '.join(parts)})", docstring(summary, arguments, returns, example_text(tool, seen))

    def guards(self, tool, hidden):
        """A reader's own checks: Python would take a negative place, and say of a wrong one what only programmers understand."""
        name, how = tool.source
        attribute = next(f"self.{item.attribute}" for item in hidden if item.name == name)
        if how == "value":
            return [f"        if key not in {attribute}:", '            raise ValueError(f"there is no key {key!r}")']
        places = {
            "cell": [("row", f"len({attribute})"), ("column", f"len({attribute}[row])")],
            "case": [("case", "len(self._cases)")],
            "call": [("case", "len(self._cases)")] if "case" in tool.arguments else [],
        }.get(how, [("index", f"len({attribute})")])
        lines = []
        for place, size in places:
            lines += [
                f"        if type({place}) is not int or not 0 <= {place} < {size}:",
                f'            raise ValueError(f"{place} must be a place counted from 0, and there are only {{{size}}}")',
            ]
        return lines


ELEMENT = ElementRule()


def readers(hidden: Hidden) -> list[Tool]:
    """The tools that read one part of the data."""
    name, form = hidden.name, hidden.form
    value = f"self.{hidden.attribute}"
    inside = pascal(hidden.part)

    def tool(wanted, arguments, code, label, how):
        return Tool(ELEMENT, wanted, arguments, [ast.Return(ast.parse(code, mode="eval").body)], label, source=(name, how))

    if form == "grid":
        return [tool(f"Get{inside}", ["row", "column"], f"{value}[row][column]", f"{name}[row][column]", "cell")]
    if form == "map":
        one = pascal(element_name(name).removesuffix("_item"))
        return [
            tool(f"Get{one}Key", ["index"], f"list({value})[index]", f"list({name})[index]", "key"),
            tool(f"Get{one}Value", ["key"], f"{value}[key]", f"{name}[key]", "value"),
        ]
    code = f"sorted({value})[index]" if form == "set" else f"{value}[index]"
    return [tool(f"Get{inside}", ["index"], code, f"{name}[index]", "element")]


def callers(hidden: Hidden, unique, words: Words, batched: bool) -> tuple[Tool, str]:
    """The tool that applies a hidden function, and the solver's function that asks it."""
    names = ["x", "y", "z"][: len(hidden.kind.parts) - 1]
    function = f"self._cases[case][{hidden.name!r}]" if batched else f"self.{hidden.attribute}"
    body = [ast.Return(ast.parse(f"{function}({', '.join(names)})", mode="eval").body)]
    arguments = ["case", *names] if batched else names
    tool = Tool(
        ELEMENT, unique(f"Call{pascal(hidden.name)}"), arguments, body, f"{hidden.name}({', '.join(names)})", source=(hidden.name, "call")
    )
    given = ", ".join(f"{name}={words['case'] if name == 'case' else name}" for name in arguments)
    return tool, f"def {hidden.variable}({', '.join(names)}):\n    return {words['ask']}('{tool.wanted}', {given})"


def case_reader(hidden: Hidden, unique) -> Tool:
    """The tool that reads a parameter of one of several cases."""
    wanted = unique(f"Get{''.join(part.title() for part in hidden.name.split('_'))}")
    body = [ast.Return(ast.parse(f"self._cases[case][{hidden.name!r}]", mode="eval").body)]
    return Tool(ELEMENT, wanted, ["case"], body, f"the `{hidden.name}` of a case", source=(hidden.name, "case"))


def reader_lines(hidden: Hidden, tool: Tool, sizes: bool, used: bool, ask: str, state: str) -> str:
    lines = []
    if sizes or used:
        lines.append(f"{hidden.sizes} = {state}[{hidden.size_key!r}]")
    if used:
        known, size = hidden.known, hidden.sizes
        if hidden.form == "grid":
            lines.append(
                f"{known} = {{}}\ndef {hidden.reader}(row, column):\n    row += len({size}) if row < 0 else 0\n"
                f"    column += {size}[row] if column < 0 else 0\n    if (row, column) not in {known}:\n"
                f"        {known}[row, column] = {ask}('{tool.wanted}', row=row, column=column)\n    return {known}[row, column]"
            )
        else:
            lines.append(
                f"{known} = {{}}\ndef {hidden.reader}(index):\n    index += {size} if index < 0 else 0\n    if index not in {known}:\n"
                f"        {known}[index] = {ask}('{tool.wanted}', index=index)\n    return {known}[index]"
            )
    return "\n".join(lines)


def copy_code(hidden: Hidden, tools: list[Tool], ask: str, state: str) -> str:
    """The expression that reads all of a parameter, one part a call."""
    get, size = tools[0].wanted, f"{state}[{hidden.size_key!r}]"
    if hidden.form == "text":
        return f"''.join({ask}('{get}', index=index) for index in range({size}))"
    if hidden.form == "grid":
        return f"[[{ask}('{get}', row=row, column=column) for column in range(width)] for row, width in enumerate({size})]"
    if hidden.form == "map":
        return f"{{key: {ask}('{tools[1].wanted}', key=key) for key in [{ask}('{get}', index=index) for index in range({size})]}}"
    every = f"[{ask}('{get}', index=index) for index in range({size})]"
    wrap = {"sequence": "tuple", "tuple": "tuple", "set": "set", "frozenset": "frozenset"}.get(hidden.kind.name)
    return f"{wrap}({every})" if wrap else every
