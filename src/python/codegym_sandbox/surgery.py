"""Cutting `solve` out of a source and putting another in, on the syntax tree (never by counting spaces)."""

import ast
import re

from .source import PEEKING_ATTRIBUTES, Unreadable, base_names, find_environment, finding, import_findings, parse

#: Names that let a solver look past its own frame. The proof would catch it; saying so early is kinder.
PEEKING = frozenset({"globals", "vars", "eval", "exec", "compile", "open", "__import__", "breakpoint", "input"})
#: Double-underscored attributes that tell a solver nothing.
HARMLESS = frozenset({"__doc__", "__init__", "__len__", "__lt__", "__name__", "__post_init__", "__qualname__"})


def _solve_of(body):
    found = [item for item in body if isinstance(item, ast.FunctionDef) and item.name == "solve"]
    return found[-1] if found else None


def _is_environment(node) -> bool:
    return isinstance(node, ast.ClassDef) and any(base.split(".")[-1] == "Env" for base in base_names(node))


def _find_solve(tree: ast.Module):
    """`solve` of the environment's class, else at top level (a reply), else of any class.

    An environment often has the original solution beside it, as a function of the same name."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    candidates = [
        *(_solve_of(node.body) for node in classes if _is_environment(node)),
        _solve_of(tree.body),
        *(_solve_of(node.body) for node in classes),
    ]
    return next((item for item in candidates if item is not None), None)


def _bound_names(node):
    """Names that a top-level statement binds."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return []
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.ClassDef) and not _is_environment(node)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [item.id for target in node.targets for item in ast.walk(target) if isinstance(item, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _used_names(node):
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _needed(tree, solve):
    """Top-level imports, helper functions, classes and constants that `solve` uses, directly or not, in file order."""
    providers = {}
    for node in tree.body:
        if node is not solve:
            for name in _bound_names(node):
                providers[name] = node
    wanted, todo = [], [solve]
    while todo:
        for name in _used_names(todo.pop()):
            node = providers.get(name)
            if node is not None and node not in wanted:
                wanted.append(node)
                todo.append(node)
    if "json" not in providers and any("json" in _used_names(node) for node in [solve, *wanted]):
        wanted.append(ast.Import([ast.alias("json")]))
    order = {id(node): index for index, node in enumerate(tree.body)}
    return sorted(wanted, key=lambda node: order.get(id(node), -1))


def self_contained(source: str) -> str | None:
    """`solve(self)` as one top-level function that carries its imports and helpers inside. None when absent."""
    tree = parse(source)
    solve = _find_solve(tree)
    if solve is None:
        return None
    solve.decorator_list = []
    solve.returns = None
    for argument in solve.args.posonlyargs + solve.args.args + solve.args.kwonlyargs:
        argument.annotation = None
    body = solve.body
    head = body[:1] if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else []
    rest = body[len(head) :]
    have = {name for node in rest if isinstance(node, (ast.Import, ast.ImportFrom)) for name in _bound_names(node)}
    extra = [node for node in _needed(tree, solve) if not set(_bound_names(node)) <= have]
    solve.body = head + extra + rest
    return ast.unparse(ast.fix_missing_locations(ast.Module([solve], []))) + "\n"


def _self_findings(solve: ast.FunctionDef):
    """Every use of the first parameter that is not `self.step`."""
    arguments = solve.args.posonlyargs + solve.args.args
    if not arguments:
        yield finding("solver-parameters", "`solve` takes no self", solve.lineno)
        return
    required = len(arguments) - len(solve.args.defaults)
    if required != 1 or any(default is None for default in solve.args.kw_defaults):
        yield finding("solver-parameters", "`solve` takes parameters besides self", solve.lineno)
    this = arguments[0].arg
    fine = {
        id(node.value)
        for node in ast.walk(solve)
        if isinstance(node, ast.Attribute)
        and node.attr == "step"
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == this
    }
    if not fine:
        yield finding("never-steps", f"`solve` never calls {this}.step(…)", solve.lineno)
    attributes = {id(node.value): node.attr for node in ast.walk(solve) if isinstance(node, ast.Attribute)}
    for node in ast.walk(solve):
        if isinstance(node, ast.Name) and node.id == this and id(node) not in fine:
            attribute = attributes.get(id(node))
            what = f"`{this}.{attribute}`" if attribute else f"`{this}` itself"
            yield finding("uses-self", f"`solve` uses {what}", node.lineno, f"A solver may use nothing of self but {this}.step(…).")
        if isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.Yield, ast.YieldFrom)):
            yield finding("solver-async", "`solve` is not a plain function", node.lineno)


def peeks(node: ast.Attribute) -> bool:
    """An attribute that leads past the observations."""
    dunder = node.attr.startswith("__") and node.attr.endswith("__") and node.attr not in HARMLESS
    modules = node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id == "sys"
    return dunder or modules or node.attr in PEEKING_ATTRIBUTES


def _peeking_findings(function):
    """Ways past the observations, in `solve` or in what it takes with it."""
    for node in ast.walk(function):
        what = None
        if isinstance(node, ast.Name) and node.id in PEEKING:
            what = f"`{node.id}`"
        if isinstance(node, ast.Attribute) and peeks(node):
            what = f"the attribute `{node.attr}`"
        if what is not None:
            # Some read observations with `eval`. Whether it reads anything else is for the proof to find.
            severity = "warning" if what == "`eval`" else "error"
            yield finding("peeking", f"`solve` uses {what}", node.lineno, "A solver learns from observations only.", severity)


def inspect_solver(source: str) -> dict:
    """Gate 5 on a reply's or a file's `solve`: (`solver`: self-contained source or None, `findings`)."""
    try:
        original = parse(source)
        solve = _find_solve(original)
        if solve is None:
            hint = "Write `def solve(self): …`."
            return {"solver": None, "findings": [finding("no-solve", "there is no function `solve`", None, hint)]}
        findings = list(_self_findings(solve))
        for node in [solve, *_needed(original, solve)]:
            if hasattr(node, "lineno"):
                findings += [*_peeking_findings(node), *import_findings(ast.Module([node], []))]
        solver = self_contained(source)
        return {"solver": solver, "findings": findings}
    except Unreadable as error:
        return {"solver": None, "findings": [error.finding]}
    except RecursionError:
        return {"solver": None, "findings": [finding("syntax", "`solve` is nested too deeply")]}


def _lines(text: str) -> list[str]:
    """Lines with their ends, as Python counts them (`splitlines` knows more line ends than Python's grammar)."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _indented(solver: str, indent: str, end: str) -> list[str]:
    """The solver's lines moved to the right, but for those that go on with a string: they are its content."""
    inside = set()
    for node in ast.walk(parse(solver)):
        if isinstance(node, (ast.JoinedStr, ast.TemplateStr)) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))):
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    rows = [line.rstrip("\r\n") for line in _lines(solver)]
    return [(row if number in inside or not row.strip() else indent + row) + end for number, row in enumerate(rows, 1)]


def insert_solver(source: str, class_name: str, solver: str) -> str:
    """The environment's source with its `solve` replaced (or added), every other line as it was."""
    wanted = parse(solver).body
    if len(wanted) != 1 or _solve_of(wanted) is None:
        raise ValueError("the solver is not one function `solve`")
    cls = find_environment(parse(source), class_name)
    if cls is None:
        raise ValueError(f"there is no class `{class_name}`")
    lines = _lines(source)
    first = lines[cls.body[0].lineno - 1]
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    if cls.body[0].lineno == cls.lineno or not indent:
        raise ValueError(f"the class `{class_name}` has no body on lines of its own")
    end = "\r\n" if "\r\n" in source else "\n"
    text = _indented(solver.strip("\r\n"), indent, end)
    member = _solve_of(cls.body)
    if member is not None:
        start = min([member.lineno, *(item.lineno for item in member.decorator_list)]) - 1
        after = member.end_lineno
    else:
        start = after = cls.body[-1].end_lineno
        text = [end, *text] if lines[start - 1].endswith(("\r", "\n")) else [end, end, *text]
    if after == len(lines) and not lines[-1].endswith(("\r", "\n")):
        text[-1] = text[-1].rstrip("\r\n")
    result = "".join([*lines[:start], *text, *lines[after:]])
    placed = _solve_of(find_environment(parse(result), class_name).body)
    if placed is None or ast.dump(placed) != ast.dump(wanted[0]):
        raise ValueError("`solve` could not be put in unchanged")
    return result
