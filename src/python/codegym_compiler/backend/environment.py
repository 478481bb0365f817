"""The environment's file: the solution as it was, a class around it, and two demonstrations."""

import ast
import json
import re
import textwrap

from ..analysis.access import SIZED
from .documents import docstring, observe_text, quoted
from ..types.functions import library
from ..types.lattice import EITHER, Kind, annotation, decoding, encoding, native
from ..frontend.hygiene import Words
from ..frontend.scopes import walk

_HEAD = '''class {name}({gymnasium}.Env):
    """{summary}"""

    def __init__(self, env_str: str | None = None):
        self.func_mapping: dict[str, int] = {{
{mapping}
        }}
        self.tool_parameters = {{
{parameters}
        }}
        self.reset({json}.loads(env_str.split("@", 1)[1]) if env_str is not None else {{}})

    @staticmethod
    def from_env_str(env_str: str):
        if not env_str.startswith("{name}@"):
            return None
        return {name}(env_str)

    def reset(self, options={{}}):
{state}
        self._reward = 0.0
        self._done = False
        self.step_count = 0

    @property
    def finished(self) -> bool:
        return bool(self._done)

    @property
    def reward(self) -> float:
        return float(self._reward)

    def step(self, action: str) -> tuple[bool, str]:
        self.step_count += 1
        if self._done:
            return False, "The episode is over: Done was already called."
        try:
            call = {json}.loads(action)
        except (ValueError, TypeError, RecursionError):
            return False, "The action is not valid JSON."
        if not isinstance(call, dict):
            return False, 'The action must be an object {{"name": ..., "parameters": {{...}}}}.'
        name, parameters = call.get("name"), call.get("parameters", {{}})
        if not isinstance(name, str) or name not in self.func_mapping:
            return False, f"Unknown tool. Available: {{', '.join(self.func_mapping)}}."
        if not isinstance(parameters, dict):
            return False, "The parameters must be an object."
        wanted = self.tool_parameters[name]
        if set(parameters) != set(wanted):
            given = ", ".join(parameters) or "none"
            return False, f"{{name}} was refused: it takes {{', '.join(wanted) or 'no parameters'}}, and was given {{given}}."
        try:
            return True, getattr(self, name)(**parameters)
        except ValueError as error:
            return False, f"{{name}} was refused: {{error}}."
        except Exception as error:
            return False, f"{{name}} was refused: these values do not fit together ({{error}})."

    def get_ref_answer(self):
{reference}

    def Observe(self) -> str:
{observe}
        return {json}.dumps({observed})
'''

_DONE = """
    def Done(self, answer{kind}) -> str:
{document}
        expected = {json}.loads({json}.dumps(self.get_ref_answer()))
{order}        right = self._same(answer, expected)
        self._reward = 1.0 if right else 0.0
        self._done = True
        return "The answer is right. reward=1" if right else "The answer is wrong. reward=0"

    def _same(self, given, expected) -> bool:
        if type(given) is not type(expected):
            return False
        if isinstance(given, float):
            return given == expected or abs(given - expected) <= 1e-9 * max(1.0, abs(given), abs(expected))
        if isinstance(given, list):
            return len(given) == len(expected) and all(self._same(one, two) for one, two in zip(given, expected))
        if isinstance(given, dict):
            return given.keys() == expected.keys() and all(self._same(given[key], expected[key]) for key in given)
        return given == expected
"""


def _imports(words: Words, copies: bool) -> str:
    lines = [words.imported(module) for module in (("copy", "json") if copies else ("json",))]
    return "\n".join(lines) + f"\n\n{words.imported('gymnasium')}\n"


def solution_text(program) -> tuple[str, str]:
    """(future imports, the needed top-level statements as they were written)."""
    lines = program.source.removeprefix("\ufeff").split("\n")
    future, parts = [], []
    for node in program.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            future.append("\n".join(lines[node.lineno - 1 : node.end_lineno]))
    for node in program.needed:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        start = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
        alone = program.style != "script" and not getattr(node, "renamed", False) and node.col_offset == 0 and ";" not in lines[node.end_lineno - 1]
        parts.append("\n".join(lines[start - 1 : node.end_lineno]).rstrip() if alone else ast.unparse(node))
    text, before = "", None
    for node, part in zip(
        [item for item in program.needed if not (isinstance(item, ast.ImportFrom) and item.module == "__future__")], parts
    ):
        block = isinstance(node, (ast.FunctionDef, ast.ClassDef))
        text += ("\n\n\n" if block or isinstance(before, (ast.FunctionDef, ast.ClassDef)) else "\n") * bool(text) + part
        before = node
    return "\n".join(future), text


def _state_lines(hidden, default: dict, batched, words) -> list[str]:
    if batched:
        lines = [f'self._cases = options.get("cases", {json.loads(json.dumps(default))["cases"]!r})']
        made = [f"{item.name!r}: {words['function_of_data']}(case[{item.name!r}])" for item in hidden if item.form == "function"]
        return lines + ([f"self._cases = [{{**case, {', '.join(made)}}} for case in self._cases]"] if made else [])
    lines = []
    for item in hidden:
        value = f"options.get({item.name!r}, {default[item.name]!r})"
        if item.form == "function":
            lines.append(f"self.{item.attribute} = {words['function_of_data']}({value})")
        elif native(item.kind):
            lines.append(f"self.{item.attribute} = {value}")
        else:
            lines += [f"value = {value}", f"self.{item.attribute} = {decoding(item.kind, 'value')}"]
    return lines


def _given(program, value_of: dict[str, str]) -> str:
    """The arguments of the entry's call: by place where it must be, else by name."""
    arguments = program.entry.args
    places = [item.arg for item in arguments.posonlyargs]
    last = max((index for index, name in enumerate(places) if name in value_of), default=-1)
    defaults = {item.name: item.default for item in program.parameters}
    by_place = [value_of[name] if name in value_of else ast.unparse(defaults[name]) for name in places[: last + 1]]
    return ", ".join([*by_place, *(f"{name}={value}" for name, value in value_of.items() if name not in places)])


def _reference_lines(program, hidden, batched, form, words) -> list[str]:
    call = program.entry.name if program.owner is None else f"{program.owner.name}().{program.entry.name}"
    answer = words["answer"]

    def argument(item, value):
        scalar = item.form == "function" or (item.form in ("scalar", "text") and native(item.kind))
        return value if scalar else f"{words['copy']}.deepcopy({value})"

    if batched:
        case = words["case"]
        given = _given(program, {item.name: argument(item, f"{case}[{item.name!r}]") for item in hidden})
        return [f"return [{call}({given}) for {case} in self._cases]"]
    values = {item.name: argument(item, f"self.{item.attribute}") for item in hidden}
    if program.in_place:
        place = values[program.in_place]
        invoked = f"{call}({_given(program, {**values, program.in_place: answer})})"
        return [f"{answer} = {place}", invoked, *form.preparing(answer), f"return {form.coded(answer)}"]
    given = _given(program, values)
    if form.plain:
        return [f"return {call}({given})"]
    return [f"{answer} = {call}({given})", *form.preparing(answer), f"return {form.coded(answer)}"]


def _observed_code(hidden, batched) -> str:
    if batched:
        return '{"cases": len(self._cases)}'
    parts = []
    for item in hidden:
        if item.form == "function":
            continue
        if item.form == "grid":
            parts.append(f"{item.size_key!r}: [len(row) for row in self.{item.attribute}]")
        elif item.form in SIZED:
            parts.append(f"{item.size_key!r}: len(self.{item.attribute})")
        else:
            parts.append(f"{item.name!r}: self.{item.attribute}")
    return "{" + ", ".join(parts).replace("'", '"') + "}"


def _indented(lines, depth) -> str:
    return "\n".join(" " * depth + line for line in lines)


def _tool_method(tool, seen, hidden, words) -> str:
    signature, document = tool.rule.document(tool, seen, hidden)
    lines = [f"    def {signature} -> str:", quoted(document, "        ")]
    for name in tool.arguments:
        kind = seen.arguments.get(name)
        if kind is not None and (code := decoding(kind, name)) != name:
            lines.append(f"        {name} = {code}")
    *setup, last = tool.body
    for statement in setup:
        lines.append(textwrap.indent(ast.unparse(ast.fix_missing_locations(statement)), "        "))
    value = ast.unparse(ast.fix_missing_locations(last.value))
    result = words["result"]
    code = encoding(seen.result, result)
    lines += tool.rule.guards(tool, hidden)
    if code == result:
        lines.append(f"        return {words['json']}.dumps({value})")
    else:
        lines += [f"        {result} = {value}", f"        return {words['json']}.dumps({code})"]
    return "\n".join(lines)


def _answer_annotation(kind: Kind | None) -> str:
    if kind is None or kind.name in (EITHER, "json", "none", "other", "limit", "number", "nothing"):
        return ""
    return f": {annotation(kind)}"


def environment_source(program, name, hidden, tools, seen, solver, form, shape_text, default, demonstrations, batched, summary) -> str:
    """The whole file. `tools` in order of `func_mapping`; `default` is the configuration of an empty `reset`."""
    words = program.words
    future, original = solution_text(program)
    names = ["Observe", *(tool.name for tool in tools), "Done"]
    mapping = "\n".join(f'            "{item}": {code},' for code, item in enumerate(names))
    takes = [("Observe", []), *((tool.name, tool.arguments) for tool in tools), ("Done", ["answer"])]
    parameters = "\n".join(f"            {json.dumps(item)}: {json.dumps(list(names))}," for item, names in takes)
    reference = _reference_lines(program, hidden, batched, form, words)
    arguments = form.default_arguments
    head = _HEAD.format(
        name=name, summary=summary, mapping=mapping, parameters=parameters, json=words["json"], gymnasium=words["gymnasium"], state=_indented(_state_lines(hidden, default, batched, words), 8),
        reference=_indented(reference, 8), observe=quoted(observe_text(hidden, arguments, batched), "        "), observed=_observed_code(hidden, batched),
    )  # fmt: skip
    methods = "\n\n".join(_tool_method(tool, seen[id(tool)], hidden, words) for tool in tools)
    kind = form.kind if not batched else Kind("list", (Kind("json"),))
    document = docstring(
        "Submit the final answer and end the game.", [f"answer ({annotation(kind) if kind else 'object'}): {shape_text}"],
        "Whether the answer is right, ending in reward=1 or reward=0.", "The answer is right. reward=1",
    )  # fmt: skip
    order = ""
    if form.unordered and not batched:
        order = (
            "        if isinstance(answer, list):\n            answer = sorted(answer, "
            f"key={words['json']}.dumps)\n        expected = sorted(expected, key={words['json']}.dumps)\n"
        )
    done = _DONE.format(kind=_answer_annotation(kind), document=quoted(document, "        "), json=words['json'], order=order)
    body = textwrap.indent(solver.rstrip(), "    ", lambda line: bool(line.strip())) if '"""' not in solver else _indent_code(solver)
    calls = "\n".join(
        (
            f"    {variable} = {name}.from_env_str({name + '@' + config!r})\n    "
            f'print({variable}.solve())\n    print("steps:", {variable}.step_count)'
        )
        for variable, config in zip((words["first"], words["second"]), demonstrations)
    )
    uses_copy = f"{words['copy']}.deepcopy(" in "\n".join(reference)
    functions = [item.kind for item in hidden if item.form == "function"]
    parts = [future] if future else []
    parts += [
        _imports(words, uses_copy),
        original,
        *(["", "", library(functions, words)] if functions else []),
        "",
        "",
        head + "\n" + methods + "\n" + done + "\n" + body,
        "",
        "",
        f'if __name__ == "__main__":\n{calls}',
        "",
    ]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(parts))


def _indent_code(solver: str) -> str:
    """Indents through the syntax tree, since a line may be inside of a string."""
    inside = set()
    for node in walk(ast.parse(solver)):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and getattr(node, "end_lineno", 0) != getattr(node, "lineno", 0):
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    return "\n".join(
        ("    " + line if line.strip() and number not in inside else line) for number, line in enumerate(solver.rstrip().split("\n"), 1)
    )
