"""The environment's file: the solution as it was, a class around it, and two demonstrations."""

import ast
import json
import re
import textwrap

from codegym_sandbox.template import piece, step_with

from ..analysis.access import SIZED
from ..frontend.hygiene import Words
from ..frontend.scopes import walk
from ..types.functions import library
from ..types.lattice import EITHER, Kind, annotation, decoding, encoding, native
from .documents import docstring, observe_text, quoted

_HEAD = '''class {name}({gymnasium}.Env):
    """{summary}"""

    tool_parameters = {{
{parameters}
    }}

    def __init__(self, env_str: str | None = None):
        self.func_mapping: dict[str, int] = {{
{mapping}
        }}
        self.reset({json}.loads(env_str.split("@", 1)[1]) if env_str is not None else {{}})

{from_env_str}

    def reset(self, options={{}}):
{state}
        self._reward = 0.0
        self._done = False
        self.step_count = 0

{members}

    def get_ref_answer(self):
{reference}

    def Observe(self) -> str:
{observe}
        return {json}.dumps({observed})
'''


def _standard(name: str, words: Words, class_name: str = "") -> str:
    """A piece of the standard form, under the names that the file gives: functions as they are, members of the class indented."""
    replaced = {"CLASS_NAME": class_name}
    rows = step_with("_names_fit", replaced) if name == "step" else piece(name, replaced)
    return textwrap.indent(_under_own_names("\n".join(rows), words), "    " if class_name else "", lambda line: bool(line.strip()))


def _under_own_names(text: str, words: Words) -> str:
    for own in ("json", "_exact", "_unordered"):
        if words[own] != own:
            text = re.sub(rf"\b{own}\b", words[own], text)
    return text


def _done_method(annotation: str, document: str, compare: str, words: Words) -> str:
    head, *code = piece("Done", {": ANSWER_TYPE": annotation, "COMPARE": compare})
    body = textwrap.indent(_under_own_names("\n".join(code), words), "    ")
    return "\n".join([f"    {head}", quoted(document, "        "), body])


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
        alone = (
            program.style != "script"
            and not getattr(node, "renamed", False)
            and node.col_offset == 0
            and ";" not in lines[node.end_lineno - 1]
        )
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
    parameters = "\n".join(f"        {json.dumps(item)}: {json.dumps(list(names))}," for item, names in takes)
    reference = _reference_lines(program, hidden, batched, form, words)
    arguments = form.default_arguments
    head = _HEAD.format(
        name=name,
        summary=summary,
        mapping=mapping,
        parameters=parameters,
        json=words["json"],
        gymnasium=words["gymnasium"],
        from_env_str=_standard("from_env_str", words, name),
        members="\n\n".join(_standard(member, words, name) for member in ("finished", "reward", "step")),
        state=_indented(_state_lines(hidden, default, batched, words), 8),
        reference=_indented(reference, 8),
        observe=quoted(observe_text(hidden, arguments, batched), "        "),
        observed=_observed_code(hidden, batched),
    )
    methods = "\n\n".join(_tool_method(tool, seen[id(tool)], hidden, words) for tool in tools)
    kind = form.kind if not batched else Kind("list", (Kind("json"),))
    document = docstring(
        "Submit the final answer and end the game.",
        [f"answer ({annotation(kind) if kind else 'object'}): {shape_text}"],
        "Whether the answer is right, ending in reward=1 or reward=0.",
        "The answer is right. reward=1",
    )
    compare = "_unordered" if form.unordered and not batched else "_exact"
    done = _done_method(_answer_annotation(kind), document, compare, words)
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
        *(f"\n\n{_standard(name, words)}" for name in dict.fromkeys(["_exact", compare])),
        "",
        "",
        head + "\n" + methods + "\n\n" + done + "\n\n" + body,
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
