"""Gate 2: the published contract of an environment, checked on the syntax tree. Runs nothing."""

import ast

from . import docs
from .source import (
    PEEKING_ATTRIBUTES,
    Unreadable,
    base_names,
    configs_in,
    decorator_names,
    find_environment,
    finding,
    import_findings,
    methods_of,
    parse,
)

REQUIRED = ("__init__", "from_env_str", "reset", "step", "Observe", "Done", "get_ref_answer", "finished", "reward", "solve")
WHY = {
    "__init__": "It takes `env_str: str | None = None`, fills `self.func_mapping` and resets.",
    "from_env_str": 'A static method: "<Name>Env@{…}" becomes an instance, another prefix None.',
    "reset": "It takes `options={}` and clears `_reward`, `_done` and `step_count`.",
    "step": "It takes the action's JSON text and returns (bool, str).",
    "Observe": "A tool: what the agent may see of the state.",
    "Done": "A tool: compares `answer` with the reference answer and sets the reward.",
    "get_ref_answer": "It takes nothing but self and computes the answer from the state alone.",
    "finished": "A property: bool.",
    "reward": "A property: float.",
    "solve": "A reference solver that uses nothing of self but self.step(…).",
}
MAPPING = 'self.func_mapping = {"Observe": 0, "Done": 1, …}: each tool by its name, with a whole number.'
PROPERTIES = ("finished", "reward")
MIN_TOOLS = 4


def parameters_of(function):
    every = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return [argument.arg for argument in every]


def _required_count(function):
    return len(function.args.posonlyargs + function.args.args) - len(function.args.defaults)


def _func_mapping(init):
    """(names → key and code, line of the assignment) of a `self.func_mapping = {…}` whose keys are texts; (None, line) of any
    other assignment, (None, None) without one. Codes may be any expression: what they are shows when it runs."""
    for node in ast.walk(init):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "func_mapping":
                if isinstance(node.value, ast.Dict) and all(
                    isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.value.keys
                ):
                    return {key.value: (key, code) for key, code in zip(node.value.keys, node.value.values)}, node.lineno
                return None, node.lineno
    return None, None


def _is_number(code) -> bool:
    """Whether a tool's code is a whole number: as the instance says, as is written there, or to be seen when it runs."""
    if isinstance(code, bool):
        return code
    return not isinstance(code, ast.Constant) or type(code.value) is int


def _returns_text(function):
    annotation = ast.unparse(function.returns) if function.returns else None
    return annotation in (None, "str", "'str'", '"str"')


def _tool_findings(function):
    name, line = function.name, function.lineno
    if not (name[:1].isupper() and "_" not in name):
        yield finding("tool-name", f"tool `{name}` is not in PascalCase", line, severity="warning")
    if isinstance(function, ast.AsyncFunctionDef):
        yield finding("tool-async", f"tool `{name}` is asynchronous", line, "Tools are plain methods.")
    if not _returns_text(function):
        yield finding("tool-returns", f"tool `{name}` is annotated to return {ast.unparse(function.returns)}, not str", line)
    docstring = (ast.get_docstring(function) or "").strip()
    if not docstring:
        yield finding(
            "tool-docstring",
            f"tool `{name}` has no docstring, so an agent cannot know it",
            line,
            "Write what it does, then Args, Returns and Example Output.",
        )
        return
    parts = docs.sections(docstring)
    for section, names in (("Args", ("Args", "Arguments", "Parameters")), ("Returns", ("Returns", "Return"))):
        if not any(item in parts for item in names):
            yield finding(
                "tool-docstring",
                f"the docstring of tool `{name}` has no `{section}:` section",
                line,
                "Sections: Args, Returns, Example Output.",
            )
    if "Example Output" not in parts:
        yield finding("tool-docstring", f"the docstring of tool `{name}` has no `Example Output:` section", line, severity="warning")


def _member_findings(cls, methods):
    for name in REQUIRED:
        if name not in methods:
            yield finding("missing-member", f"`{cls.name}` has no `{name}`", cls.lineno, WHY[name])
    for name in PROPERTIES:
        if name in methods and "property" not in decorator_names(methods[name]):
            yield finding("not-a-property", f"`{name}` is not a property", methods[name].lineno, WHY[name])
    if (init := methods.get("__init__")) and ("env_str" not in parameters_of(init) or _required_count(init) > 1):
        yield finding("init-parameters", "`__init__` does not take `env_str=None` alone", init.lineno, WHY["__init__"])
    if (factory := methods.get("from_env_str")) and "staticmethod" not in decorator_names(factory):
        hint = "Put @staticmethod above it."
        yield finding("not-static", "`from_env_str` is not a static method", factory.lineno, hint)
    elif factory and (not parameters_of(factory) or _required_count(factory) > 1):
        yield finding("factory-parameters", "`from_env_str` does not take exactly one text", factory.lineno, WHY["from_env_str"])
    if (reset := methods.get("reset")) and ("options" not in parameters_of(reset) or _required_count(reset) > 1):
        yield finding("reset-parameters", "`reset` does not take `options={}`", reset.lineno, WHY["reset"])
    if (step := methods.get("step")) and (len(parameters_of(step)) != 2 or _required_count(step) != 2):
        yield finding("step-parameters", "`step` does not take exactly one action", step.lineno, WHY["step"])
    if (done := methods.get("Done")) and parameters_of(done)[1:] != ["answer"]:
        yield finding("done-parameters", "`Done` does not take exactly `answer`", done.lineno, WHY["Done"])
    if (reference := methods.get("get_ref_answer")) and len(parameters_of(reference)) != 1:
        yield finding("reference-parameters", "`get_ref_answer` takes parameters besides self", reference.lineno, WHY["get_ref_answer"])
    if (solve := methods.get("solve")) and _required_count(solve) != 1:
        yield finding("solve-parameters", "`solve` takes parameters besides self", solve.lineno, WHY["solve"])
    for method in methods.values():
        if isinstance(method, ast.AsyncFunctionDef) and method.name in REQUIRED:
            yield finding("async-member", f"`{method.name}` is asynchronous", method.lineno, "Members are plain methods.")


def _demonstrations(tree):
    """The `if __name__ == "__main__":` block and how many solve() calls stand in it."""
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test) and "__main__" in ast.unparse(node.test):
            calls = sum(
                isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr == "solve" for item in ast.walk(node)
            )
            loops = any(isinstance(item, (ast.For, ast.While, ast.comprehension)) for item in ast.walk(node))
            return node, (2 if calls and loops else calls)
    return None, 0


def _peeking_findings(tree):
    """An environment that can see who calls it can be strict with its judges and kind to everybody else.
    A warning, for the proof gives it nothing to see."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        looks = node.attr in PEEKING_ATTRIBUTES or (node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id == "sys")
        if looks:
            yield finding(
                "looks-at-callers",
                f"`{ast.unparse(node)}` looks at the code around the environment",
                node.lineno,
                "What an environment answers must follow from the configuration and the calls alone.",
                "warning",
            )


def inspect_environment(source: str, class_name: str | None, started: dict | None = None) -> dict:
    """Everything that is read from an environment's source without running it (domain: Inspection).

    `computed` says that the numbers of its tools, or its tools themselves, show only when it runs; `started` is then what a
    started instance has: each tool, and whether its code is a whole number."""
    result = {"className": class_name or "", "tools": [], "docstring": "", "findings": [], "configs": [], "computed": False}
    findings = result["findings"]
    try:
        tree = parse(source)
    except Unreadable as error:
        findings.append(error.finding)
        return result
    findings.extend(import_findings(tree))
    findings.extend(_peeking_findings(tree))
    cls = find_environment(tree, class_name)
    if cls is None:
        wanted = f"`{class_name}`" if class_name else "derived from gymnasium.Env"
        findings.append(finding("no-class", f"there is no class {wanted}", None, "Define `class <Name>Env(gymnasium.Env):`."))
        return result
    result["className"] = cls.name
    result["docstring"] = ast.get_docstring(cls) or ast.get_docstring(tree) or ""
    result["configs"] = configs_in(tree, cls.name)
    if not any(base.split(".")[-1] == "Env" for base in base_names(cls)):
        findings.append(finding("no-base", f"`{cls.name}` does not derive from gymnasium.Env", cls.lineno))
    if not cls.name.endswith("Env"):
        findings.append(finding("class-name", f"the class name `{cls.name}` does not end in Env", cls.lineno))
    methods = methods_of(cls)
    findings.extend(_member_findings(cls, methods))

    mapping, line = _func_mapping(methods["__init__"]) if "__init__" in methods else (None, None)
    computed = mapping is None or not all(isinstance(code, ast.Constant) for _, code in mapping.values())
    result["computed"] = computed and "__init__" in methods and started is None
    if started is not None:
        mapping = {name: (mapping[name][0] if mapping and name in mapping else methods["__init__"], code) for name, code in started.items()}
    elif mapping is None and "__init__" in methods:
        at = line or methods["__init__"].lineno
        findings.append(finding("func-mapping", "`__init__` does not set `self.func_mapping` to a dictionary of tools", at, MAPPING))
    for node in ast.walk(cls):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("hash", "id"):
            findings.append(
                finding(
                    "unrepeatable",
                    f"`{node.func.id}()` differs from one Python process to the next",
                    node.lineno,
                    "What an environment answers must follow from the configuration alone.",
                    "warning",
                )
            )
    names = list(mapping or {})
    for name in ("Observe", "Done"):
        if mapping is not None and name not in mapping:
            findings.append(finding("func-mapping", f"`func_mapping` does not name the tool `{name}`", line))
    for name, (key, code) in (mapping or {}).items():
        at, method = key.lineno, methods.get(name)
        if not _is_number(code):
            findings.append(finding("func-mapping", f"the code of `{name}` in `func_mapping` is not a number", at, MAPPING))
        if method is None:
            findings.append(finding("func-mapping", f"`func_mapping` names `{name}`, but there is no such method", at))
        else:
            findings.extend(_tool_findings(method))
            if isinstance(method, ast.FunctionDef) and (method.args.args or method.args.posonlyargs):
                result["tools"].append(docs.tool_of(method))
    if names and len(set(names)) < MIN_TOOLS:
        findings.append(
            finding("few-tools", f"only {len(set(names))} tools; {MIN_TOOLS} or more make a task worth playing", line, severity="warning")
        )

    block, calls = _demonstrations(tree)
    if block is None:
        findings.append(
            finding(
                "no-demonstrations",
                'there is no `if __name__ == "__main__":` block',
                None,
                "End the file with two demonstrations that print the result of solve() and the step count.",
            )
        )
    elif calls < 2:
        findings.append(finding("no-demonstrations", f"{calls} of two demonstrations call solve()", block.lineno))
    return result
