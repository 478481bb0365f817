"""A compact reply becomes a whole environment: its own lines, and around them the standard form. Runs nothing."""

import ast
import json

from . import compact, contract
from .compact_docs import rendered, told
from .compact_edits import edited, edits_of, ends
from .source import Unreadable, base_names, finding, parse
from .template import first_line, piece, step_with

#: Names that models use without importing them, and the module they come from.
MODULES = (
    "bisect",
    "collections",
    "copy",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
)
MEMBERS = {
    "bisect": ("bisect_left", "bisect_right", "insort"),
    "collections": ("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"),
    "dataclasses": ("dataclass", "field"),
    "fractions": ("Fraction",),
    "functools": ("cache", "cmp_to_key", "lru_cache", "reduce"),
    "heapq": ("heapify", "heappop", "heappush", "nlargest", "nsmallest"),
    "itertools": ("accumulate", "chain", "combinations", "groupby", "pairwise", "permutations", "product"),
    "math": ("ceil", "comb", "factorial", "floor", "gcd", "inf", "isqrt", "lcm", "prod", "sqrt"),
    "typing": ("Any", "Dict", "List", "Optional", "Set", "Tuple", "Union"),
}
IMPORTS = {name: f"import {name}" for name in MODULES} | {
    name: f"from {module} import {name}" for module, names in MEMBERS.items() for name in names
}
KINDS = frozenset({"int", "float", "str", "bool", "list", "dict"})
COMPARISONS = {"exact": "_exact", "unordered": "_unordered"}


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


class _Writer:
    """Collects the lines of the assembled file, each with the line of the reply that it comes from (0: none)."""

    def __init__(self, source):
        self.lines = source.split("\n")
        self.rows: list[tuple[str, int]] = []

    def app(self, rows, indent="", line=0):
        self.rows += [(f"{indent}{row}" if row else "", line) for row in rows]

    def own(self, first, last):
        """Lines of the reply, 1-based and inclusive, as they are."""
        self.rows += [(self.lines[number - 1], number) for number in range(first, last + 1)]

    def gap(self, count=1):
        """So many empty lines, whatever stood there before."""
        while self.rows and not self.rows[-1][0].strip():
            self.rows.pop()
        self.rows += [("", 0)] * (count if self.rows else 0)

    def before(self, node) -> str:
        """What stands before a statement on its line."""
        return self.lines[node.lineno - 1].encode()[: node.col_offset].decode()

    def segment(self, node, indent):
        """A statement that shares its line with something else, on a line of its own."""
        rows = (ast.get_source_segment("\n".join(self.lines), node) or "pass").split("\n")
        self.rows += [((indent if index == 0 else "") + row, node.lineno + index) for index, row in enumerate(rows)]


class _Assembly:
    def __init__(self, source, parts, split):
        self.parts, self.split, self.out = parts, split, _Writer(source)
        before = self.out.before(parts.cls.body[0])
        #: Of the members, as the reply has it.
        self.indent = "    " if before.strip() else before

    def piece(self, name, indent="", tools="{}"):
        words = {"CLASS_NAME": self.parts.name, "TOOLS": tools}
        self.out.app(step_with("_kinds_fit", words) if name == "step" else piece(name, words), indent)
        self.out.gap(1 if indent else 2)

    def cut(self, function):
        """(indentation of its body, docstring node or None, its other statements)."""
        body = list(function.body)
        before = self.out.before(body[0])
        docstring = body.pop(0) if _is_docstring(body[0]) else None
        return (self.indent + "    " if before.strip() else before), docstring, body

    def body(self, function, docstring, statements, indent):
        """The statements as they were written, with the comments before them."""
        if not statements:
            return
        first, after = statements[0].lineno, docstring.end_lineno if docstring else function.lineno
        if self.out.before(statements[0]).strip():
            row = self.out.lines[first - 1].encode()[statements[0].col_offset :].decode()
            self.out.rows.append((indent + row, first))
            self.out.own(first + 1, function.end_lineno)
            return
        while first - 1 > after and (not (row := self.out.lines[first - 2].strip()) or row.startswith("#")):
            first -= 1
        self.out.own(first, function.end_lineno)

    def tool(self, tool):
        indent, docstring, statements = self.cut(tool)
        docs, arguments = told(tool), ast.unparse(tool.args)
        self.out.app([f"def {tool.name}({arguments}) -> str:"], self.indent, tool.lineno)
        args = []
        for item in compact.parameters(tool):
            kind, lines = docs.args.get(item.arg, ("", []))
            args.append((item.arg, ast.unparse(item.annotation) if item.annotation else kind, lines))
        self.out.app(rendered(docs.summary, args, docs.returns, docs.example), indent, tool.body[0].lineno)
        raw = self.split.get(tool.name)
        if raw is not None:
            named = {item.arg for item in tool.args.kwonlyargs}
            passed = ", ".join(f"{item.arg}={item.arg}" if item.arg in named else item.arg for item in compact.parameters(tool))
            self.out.app([f"return _as_text({compact.this_of(tool)}.{raw}({passed}))"], indent, tool.lineno)
            self.out.gap()
            self.out.app([f"def {raw}({arguments}):"], self.indent, tool.lineno)
        self.body(tool, docstring, statements, indent)
        if raw is not None and not statements:
            self.out.app(["pass"], indent)
        elif raw is None and tool is not self.parts.done and not (statements and ends(statements)):
            self.out.app(["return _as_text(None)"], indent)

    def state(self, state):
        indent, docstring, statements = self.cut(state)
        this, given, first = compact.this_of(state), compact.defaults(state), self.parts.examples[0]
        self.out.app([f"def reset({this}, options={{}}):"], self.indent, state.lineno)
        if docstring and not self.out.before(docstring).strip():
            self.out.own(docstring.lineno, docstring.end_lineno)
        clear = [f"{this}._options = deepcopy(options)", f"{this}._reward = 0.0", f"{this}._done = False", f"{this}.step_count = 0"]
        whole = compact.whole_options(state)
        copied = f"{{**{first!r}, **deepcopy(options)}}" if whole else "deepcopy(options)"
        self.out.app([*clear, f"options = {copied}"], indent)
        if not whole:
            for item in compact.parameters(state):
                kind = f": {ast.unparse(item.annotation)}" if item.annotation else ""
                default = ast.unparse(given[item.arg]) if item.arg in given else repr(first[item.arg])
                self.out.app([f"{item.arg}{kind} = options.get({json.dumps(item.arg)}, {default})"], indent, state.lineno)
        self.body(state, docstring, statements, indent)

    def answer(self, answer):
        indent, _, _ = self.cut(answer)
        kind = f" -> {ast.unparse(answer.returns)}" if answer.returns else ""
        self.out.app([f"def answer({compact.this_of(answer)}){kind}:"], self.indent, answer.lineno)
        self.body(answer, None, answer.body, indent)

    def done(self):
        answer, compare = self.parts.answer, self.parts.compare
        docs = told(answer)
        kind = ast.unparse(answer.returns) if answer.returns else ""
        kind = "list" if kind.lower().startswith("tuple") else kind
        lines = docs.summary or docs.returns or ["The answer, in the form that the task asks for."]
        text = rendered(
            ["Submit the final answer and end the game."],
            [("answer", kind, lines)],
            ["Whether the answer is right, ending in reward=1 or reward=0."],
            ["The answer is right. reward=1"],
        )
        head, *code = piece("Done")
        if compare not in COMPARISONS:
            code = [row.replace("self.get_ref_answer())))", f"self.get_ref_answer())), {compare!r})") for row in code]
        code = [row.replace("COMPARE", COMPARISONS.get(compare, "_close")) for row in code]
        self.out.app(
            [head.replace(": ANSWER_TYPE", f": {kind}" if kind else ""), *(f"    {row}" if row else "" for row in text), *code], self.indent
        )
        self.out.gap()

    def kinds(self):
        """A literal: tool → parameter → kind, for the parameters whose annotation tells it."""
        rows = []
        for tool in self.parts.tools:
            optional = {name for name, node in compact.defaults(tool).items() if isinstance(node, ast.Constant) and node.value is None}
            pairs = [(item.arg, _kind(item.annotation)) for item in compact.parameters(tool) if item.arg not in optional]
            known = ", ".join(f'"{name}": {kind}' for name, kind in pairs if kind)
            rows += [f'    "{tool.name}": {{{known}}},'] if known else []
        return ["parameter_kinds = {", *rows, "}"] if rows else ["parameter_kinds = {}"]

    def write_class(self):
        parts, out, indent = self.parts, self.out, self.indent
        bases = [base for base in base_names(parts.cls) if base != "object" and base.split(".")[-1] != "Env"]
        out.app([f"class {parts.name}({', '.join([*bases, 'gymnasium.Env'])}):"], "", parts.cls.lineno)
        members, end = list(parts.cls.body), parts.cls.lineno
        if _is_docstring(members[0]):
            end = members[0].end_lineno
            out.segment(members.pop(0), indent)
            out.gap()
        out.app(self.kinds(), indent)
        out.gap()
        names = [*(tool.name for tool in parts.tools), "Done"]
        self.piece("__init__", indent, json.dumps({name: code for code, name in enumerate(names)}))
        self.piece("from_env_str", indent)
        for node in members:
            if node not in parts.left_out:
                self.member(node, end)
            end = max(end, node.end_lineno)
        out.gap()
        for name in ("finished", "reward", "step", "get_ref_answer"):
            self.piece(name, indent)
        if parts.done is None:
            self.done()
        if parts.solve is None:
            self.piece("solve", indent)

    def member(self, node, end):
        """One member; `end` is the line on which the one before it ends."""
        parts, out, first = self.parts, self.out, first_line(node)
        for number in range(end + 1, first):
            if out.lines[number - 1].strip().startswith("#"):
                out.own(number, number)
        if node is parts.state:
            self.state(node)
        elif node is parts.answer:
            self.answer(node)
        elif node in parts.tools or node is parts.done:
            self.tool(node)
        elif first <= end or out.before(node).strip():
            out.segment(node, self.indent)
        else:
            out.own(first, node.end_lineno)
        if isinstance(node, compact.FUNCTIONS):
            out.gap()

    def imports(self):
        """For names that are used and bound nowhere, and for what the standard form needs."""
        tree = self.parts.tree
        here = {name for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)) for name in compact.bound_names(node)}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - compact.bound_names(tree)
        lines = {IMPORTS[name] for name in used if name in IMPORTS}
        lines |= {line for name, line in (("json", "import json"), ("deepcopy", "from copy import deepcopy")) if name not in here}
        self.out.app(sorted(lines, key=lambda line: (line.startswith("from"), line)))
        self.out.gap()
        if "gymnasium" not in here:
            self.out.app(["import gymnasium"])
            self.out.gap()

    def around(self, first, last):
        """The reply's lines outside its class, without what is left out and without empty lines at both ends."""
        left_out = [node for node in self.parts.tree.body if node in self.parts.left_out or _is_main(node)]
        skipped = {number for node in left_out for number in range(node.lineno, node.end_lineno + 1)}
        kept = [number for number in range(first, last + 1) if number not in skipped]
        while kept and not self.out.lines[kept[0] - 1].strip():
            kept.pop(0)
        for number in kept:
            self.out.own(number, number)

    def write(self):
        parts, out = self.parts, self.out
        begin = 0
        for index, node in enumerate(parts.tree.body):
            if not (index == 0 and _is_docstring(node)) and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                break
            begin = node.end_lineno
        out.own(1, begin)
        out.gap()
        self.imports()
        self.around(begin + 1, parts.cls.lineno - 1)
        out.gap(2)
        self.piece("_as_text")
        self.piece("_fits")
        if parts.done is None:
            for name in dict.fromkeys(["_exact", COMPARISONS.get(parts.compare, "_close")]):
                self.piece(name)
        self.write_class()
        out.gap(2)
        self.around(parts.cls.end_lineno + 1, len(out.lines))
        out.gap(2)
        examples = [*parts.examples, parts.examples[0]][: max(2, len(parts.examples))]
        texts = [f"        {f'{parts.name}@{json.dumps(example)}'!r}," for example in examples]
        for row in piece("__main__"):
            out.app(["    for env_str in (", *texts, "    ):"] if "EXAMPLES" in row else [row.replace("CLASS_NAME", parts.name)])
        return out.rows


def _is_main(node):
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _kind(annotation):
    """An annotation as `_fits` of the standard form reads it; None when it says nothing that can be checked."""
    if isinstance(annotation, ast.Name):
        return annotation.id if annotation.id in KINDS else None
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        if annotation.value.id in ("list", "List"):
            inner = _kind(annotation.slice)
            return f"[{inner}]" if inner else "list"
        return "dict" if annotation.value.id in ("dict", "Dict") else None
    return None


def _result(source="", name="", findings=(), lines=()):
    return {"source": source, "className": name, "findings": list(findings), "lines": list(lines)}


def _has_errors(findings):
    return any(item["severity"] == "error" for item in findings)


def assemble(source: str) -> dict:
    """`source` of a compact reply → the whole environment. `lines[i]` is the reply's line (1-based) of the assembled
    line i + 1, 0 where the app wrote it; findings count in the reply's lines. With an error there is no source."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return _assemble(source)
    except Unreadable as error:
        return _result(findings=[error.finding])
    except RecursionError:
        return _result(findings=[finding("syntax", "the class is nested too deeply")])


def _assemble(source):
    tree = parse(source)
    if compact.is_full(tree):
        name = contract.inspect_environment(source, None)["className"]
        return _result(source, name, lines=range(1, source.count("\n") + 2))
    parts = compact.read(tree)
    if parts is None:
        hint = "Write one class with `examples`, `state`, the tools and `answer`."
        return _result(findings=[finding("no-class", "there is no class", None, hint)])
    findings = parts.findings
    if _has_errors(findings):
        return _result("", parts.name, findings)
    edits, split = edits_of(parts)
    changed = edited(source, edits)
    rows = _Assembly(changed, compact.read(parse(changed)), split).write()
    text, lines = "".join(f"{row}\n" for row, _ in rows), [line for _, line in rows]
    # The contract has the last word, in the reply's own lines.
    for item in contract.inspect_environment(text, parts.name)["findings"]:
        if item["severity"] == "error":
            findings.append({**item, "line": (lines[item["line"] - 1] or None) if item["line"] else None})
    return _result("" if _has_errors(findings) else text, parts.name, findings, lines)
