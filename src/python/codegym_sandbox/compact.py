"""Reading a compact reply: what its class says of the environment, and what is wrong with it. Runs nothing."""

import ast
import json
import re
from dataclasses import dataclass, field

from .compact_docs import told
from .source import base_names, finding, methods_of

#: The first is the name that the prompt asks for; the others are what models write instead.
STATE_NAMES = ("state", "reset", "setup", "__init__")
ANSWER_NAMES = ("answer", "get_ref_answer")
#: Members that the app writes in the standard form; a reply's own are left out.
APP_MEMBERS = frozenset({"__init__", "from_env_str", "reset", "setup", "step", "finished", "reward", "get_ref_answer"})
#: Attributes that belong to the app. `Done` and the state may set the last three.
APP_ATTRIBUTES = frozenset({*APP_MEMBERS, "solve", "answer", "func_mapping", "parameter_kinds", "_options"})
OUTCOME = frozenset({"_reward", "_done", "step_count"})
#: Module-level names of the assembled file.
APP_NAMES = frozenset({"_as_text", "_fits", "_exact", "_unordered", "_close", "deepcopy", "gymnasium"})
#: Names that the standard form itself uses.
BUILT_ON = frozenset(
    """
    Exception abs all bool float getattr int isinstance json len list print property sorted staticmethod str tuple type zip
    """.split()
)
CLASS_NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,98}Env")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Compact:
    """The parts of a compact class, as nodes of the reply's tree."""

    tree: ast.Module
    cls: ast.ClassDef
    name: str
    state: ast.FunctionDef | None = None
    answer: ast.FunctionDef | None = None
    done: ast.FunctionDef | None = None
    solve: ast.FunctionDef | None = None
    tools: list = field(default_factory=list)
    #: Class members that stay as they are, and those that are left out.
    left_out: list = field(default_factory=list)
    examples: list = field(default_factory=list)
    compare: str | float = "exact"
    findings: list = field(default_factory=list)

    def error(self, code, message, node, hint=None, severity="error"):
        self.findings.append(finding(code, message, getattr(node, "lineno", None), hint, severity))


def is_full(tree: ast.Module) -> bool:
    """A whole environment: derives from Env and has its own `step`."""
    return any(
        isinstance(node, ast.ClassDef) and "step" in methods_of(node) and any(base.split(".")[-1] == "Env" for base in base_names(node))
        for node in tree.body
    )


def _find_class(tree):
    """The class with most of what a compact one has; of equals the last."""
    wanted = {*STATE_NAMES, *ANSWER_NAMES, "Observe"} - {"__init__"}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return max(reversed(classes), key=lambda node: len(wanted & set(methods_of(node))), default=None)


def parameters(function) -> list[ast.arg]:
    """Without self."""
    return [*function.args.posonlyargs, *function.args.args][1:] + function.args.kwonlyargs


def defaults(function) -> dict:
    """Parameter name → node of its default."""
    positional = [*function.args.posonlyargs, *function.args.args]
    found = dict(zip([item.arg for item in positional[::-1]], function.args.defaults[::-1]))
    found.update({item.arg: node for item, node in zip(function.args.kwonlyargs, function.args.kw_defaults) if node is not None})
    return found


def whole_options(state) -> bool:
    """`state(self, options)`: takes the configuration as one dictionary."""
    return state is not None and [item.arg for item in parameters(state)] == ["options"]


def this_of(function) -> str | None:
    first = [*function.args.posonlyargs, *function.args.args][:1]
    return first[0].arg if first else None


def assigned(node) -> list[tuple[str, ast.expr | None]]:
    """(name, value) pairs of an assignment to plain names."""
    if isinstance(node, ast.Assign):
        return [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [(node.target.id, node.value)]
    return []


def bound_names(tree) -> set[str]:
    """Every name that the source binds anywhere."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names


def _configuration(value):
    """An example as written (a dictionary, or its JSON text, perhaps behind `Name@`) as a dictionary."""
    if isinstance(value, str):
        value = json.loads(value.split("@", 1)[-1] if not value.lstrip().startswith("{") else value)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ValueError("it is no dictionary with strings as keys")
    return json.loads(json.dumps(value, allow_nan=False))


def _read_examples(parts, node):
    hint = 'examples = [{"levels": [1, 5], "mark": 3}, {"levels": [9], "mark": 8}]: all values written out.'
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        parts.error("examples", "`examples` is not written out as a literal", node, hint)
        return
    for item in value if isinstance(value, (list, tuple)) else [value]:
        try:
            parts.examples.append(_configuration(item))
        except (ValueError, TypeError, RecursionError) as error:
            parts.error("examples", f"an example is no configuration: {error}", node, hint)
            return


def _check_examples(parts):
    if not parts.examples:
        if not any(item["code"] == "examples" for item in parts.findings):
            hint = "Write two configurations as a class attribute: examples = [{…}, {…}]."
            parts.error("no-examples", f"`{parts.cls.name}` has no `examples`", parts.cls, hint)
        return
    if len(parts.examples) == 1:
        parts.error("few-examples", "there is only one example, so both demonstrations show it", parts.cls, "Write two.", "warning")
    if parts.state is None or whole_options(parts.state):
        return
    known, given = [item.arg for item in parameters(parts.state)], defaults(parts.state)
    for example in parts.examples:
        for key in example:
            if key not in known:
                parts.error(
                    "example-keys",
                    f"an example has the key `{key}`, which is no parameter of `{parts.state.name}`",
                    parts.state,
                    "The parameters of `state` are the keys of a configuration.",
                )
    for name in known:
        if name not in given and name not in parts.examples[0]:
            parts.error(
                "no-default",
                f"`{name}` has no default, and the first example does not give it",
                parts.state,
                "A key that a configuration lacks takes its value from there.",
            )


def _read_compare(parts, node):
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    number = type(value) in (int, float) and 0 < value < float("inf")
    if value not in ("exact", "unordered") and not number:
        parts.error(
            "compare",
            '`compare` is neither "exact" nor "unordered" nor a positive number',
            node,
            "Leave it out: answers are compared exactly.",
        )
        return
    parts.compare = value


def _one_of(parts, methods, names):
    """The member under the first of its names that is there."""
    return next((methods[name] for name in names if name in methods), None)


def _check_plain(parts, function, what):
    arguments = function.args
    if isinstance(function, ast.AsyncFunctionDef):
        parts.error("async-member", f"`{function.name}` is asynchronous", function, "Members are plain methods.")
    if function.decorator_list:
        parts.error("decorated", f"`{function.name}` has a decorator", function, f"{what} is a plain method.")
    if this_of(function) is None:
        parts.error("no-self", f"`{function.name}` takes no self", function, f"{what} is a plain method.")
    if arguments.vararg or arguments.kwarg or (arguments.posonlyargs and len(arguments.posonlyargs) > 1):
        parts.error("parameters", f"`{function.name}` takes *, ** or / parameters", function, "Name each parameter.")
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(function)):
        parts.error("generator", f"`{function.name}` is a generator", function, "Use return.")


def own_nodes(function):
    """All nodes of a function's body but those of functions and classes inside it."""
    todo = list(function.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))


def _check_tool(parts, tool):
    _check_plain(parts, tool, "A tool")
    docs = told(tool)
    lacking = [name for name, there in (("what it does", docs.summary), ("`Returns:`", docs.returns)) if not there]
    if lacking:
        parts.error(
            "tool-docstring",
            f"the docstring of tool `{tool.name}` does not say {' and '.join(lacking)}",
            tool,
            "One sentence, a line `name: …` for each parameter, then `Returns: …` and `Example: …`.",
        )
    names = [item.arg for item in parameters(tool)]
    for name in names:
        if docs.summary and name not in docs.args:
            parts.error(
                "tool-docstring",
                f"the docstring of tool `{tool.name}` does not tell what `{name}` means",
                tool,
                f"Add a line `{name}: …`.",
                "warning",
            )
    if tool.name == "Observe" and len(names) > len(defaults(tool)):
        parts.error("observe-parameters", "`Observe` takes parameters", tool, "Reading in pieces is for other tools.")


def _check_state(parts, state):
    _check_plain(parts, state, "The state")
    for item in parameters(state):
        if item.arg in APP_NAMES or (item.arg == "options" and not whole_options(state)):
            parts.error("reserved-name", f"`{state.name}` has a parameter called `{item.arg}`", state, "Choose another key.")
    inner = {name for node in parts.cls.body for name, _ in assigned(node)} | set(methods_of(parts.cls))
    for node in defaults(state).values():
        if any(isinstance(item, ast.Name) and item.id in inner for item in ast.walk(node)):
            parts.error("default", f"a default of `{state.name}` names a member of the class", node, "Write the value itself.")


def _check_names(parts):
    tools = {tool.name for tool in parts.tools}
    functions = [node for node in parts.cls.body if isinstance(node, FUNCTIONS) and node not in parts.left_out]
    for function in functions:
        this = this_of(function)
        free = OUTCOME if function in (parts.state, parts.done) else frozenset()
        for node in ast.walk(function):
            stored = (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id == this
            )
            if stored and node.attr in (APP_ATTRIBUTES | OUTCOME | tools) - free:
                parts.error(
                    "reserved-name",
                    f"`{this}.{node.attr}` is not free to be set",
                    node,
                    "It is a member of the assembled class: choose another name.",
                )
    for node in parts.cls.body:
        for name, _ in assigned(node):
            if name in APP_ATTRIBUTES | OUTCOME | tools:
                parts.error(
                    "reserved-name", f"`{name}` is not free to be set", node, "It is a member of the assembled class: choose another name."
                )
    imported = {
        alias.asname or alias.name
        for node in parts.tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if (alias.asname or alias.name) == alias.name
    }
    bound = bound_names(parts.tree)
    for name in sorted(APP_NAMES & bound - imported):
        parts.error("reserved-name", f"the name `{name}` belongs to the app", None, "Choose another name.")
    outer = {name for node in parts.tree.body for name, _ in assigned(node)}
    outer |= {node.name for node in parts.tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
    for name in sorted(outer & BUILT_ON):
        parts.error("reserved-name", f"the file gives `{name}` another meaning, and the app's part needs it", None, "Choose another name.")
    if parts.name != parts.cls.name and parts.name in outer:
        parts.error(
            "class-name",
            f"both `{parts.cls.name}` and `{parts.name}` are there",
            parts.cls,
            f"The app makes `{parts.name}` of `{parts.cls.name}`: keep one.",
        )


def read(tree: ast.Module) -> Compact | None:
    """None: there is no class."""
    cls = _find_class(tree)
    if cls is None:
        return None
    parts = Compact(tree, cls, cls.name if cls.name.endswith("Env") else f"{cls.name}Env")
    if not CLASS_NAME.fullmatch(parts.name):
        parts.error(
            "class-name", f"`{cls.name[:80]}` is no name in PascalCase", cls, "Begin with a capital letter; use letters, digits and _ only."
        )
    if cls.decorator_list or cls.keywords or getattr(cls, "type_params", None):
        parts.error("class-form", f"`{cls.name}` has a decorator, a keyword or a type parameter", cls, f"Write `class {cls.name}:`.")
    methods = methods_of(cls)
    parts.state = _one_of(parts, methods, STATE_NAMES)
    parts.answer = _one_of(parts, methods, ANSWER_NAMES)
    parts.done, parts.solve = methods.get("Done"), methods.get("solve")

    for node in [*tree.body, *cls.body]:
        for name, value in assigned(node):
            if name in ("examples", "example", "compare") and value is not None:
                if name == "compare":
                    _read_compare(parts, value)
                elif not parts.examples:
                    _read_examples(parts, value)
                parts.left_out.append(node)
    for node in cls.body:
        if not isinstance(node, FUNCTIONS) or node in (parts.state, parts.answer, parts.done, parts.solve):
            continue
        if methods[node.name] is not node:
            if not node.decorator_list:
                parts.error("twice", f"`{node.name}` is defined twice", node, "Keep the one that counts.")
        elif node.name in APP_MEMBERS:
            parts.left_out.append(node)
            parts.error("left-out", f"`{node.name}` was left out: the app writes it in the standard form", node, None, "warning")
        elif node.name[:1].isupper():
            parts.tools.append(node)

    if parts.state is None:
        hint = "Write `def state(self, …):` with a parameter for each key of a configuration."
        parts.error("missing-state", f"`{cls.name}` has no `state`", cls, hint)
    else:
        _check_state(parts, parts.state)
    if parts.answer is None:
        hint = "Write `def answer(self):`, which computes the right answer from the state."
        parts.error("missing-answer", f"`{cls.name}` has no `answer`", cls, hint)
    else:
        _check_plain(parts, parts.answer, "The answer")
        if parameters(parts.answer):
            parts.error(
                "reference-parameters",
                f"`{parts.answer.name}` takes parameters besides self",
                parts.answer,
                "It computes the answer from the state alone.",
            )
    if not any(tool.name == "Observe" for tool in parts.tools):
        parts.error(
            "missing-observe",
            f"`{cls.name}` has no tool `Observe`",
            cls,
            "It takes no parameters and tells what the agent may know of the state.",
        )
    for tool in [*parts.tools, *([parts.done] if parts.done else [])]:
        _check_tool(parts, tool)
    if parts.done and [item.arg for item in parameters(parts.done)] != ["answer"]:
        parts.error("done-parameters", "`Done` does not take exactly `answer`", parts.done, "Or leave `Done` out: the app writes it.")
    _check_examples(parts)
    _check_names(parts)
    return parts
