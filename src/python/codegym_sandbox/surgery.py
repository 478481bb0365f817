"""Cutting `solve` out of a source and putting another in, on the syntax tree (never by counting spaces)."""

import ast
import copy
import textwrap

from .source import Unreadable, find_environment, finding, import_findings, methods_of, parse

#: Names that let a solver look past its own frame. The proof would catch it; saying so early is kinder.
PEEKING = frozenset({"globals", "vars", "eval", "exec", "compile", "open", "__import__", "breakpoint", "input"})


def _find_solve(tree: ast.Module):
    """`solve` at top level, else as a method; (function, is a method)."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "solve":
            return node
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name == "solve":
                    return item
    return None


def _bound_names(node):
    """Names that a top-level statement binds."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [item.id for target in node.targets for item in ast.walk(target) if isinstance(item, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _used_names(node):
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _needed(tree, solve):
    """Top-level imports, helper functions and constants that `solve` uses, directly or not, in file order."""
    providers = {}
    for node in tree.body:
        if node is not solve:
            for name in _bound_names(node):
                providers.setdefault(name, node)
    wanted, todo = [], [solve]
    while todo:
        for name in _used_names(todo.pop()):
            node = providers.get(name)
            if node is not None and node not in wanted:
                wanted.append(node)
                todo.append(node)
    if "json" not in providers and "json" in _used_names(solve):
        wanted.append(ast.parse("import json").body[0])
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
        if isinstance(node, ast.Attribute) and node.attr == "step" and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name) and node.value.id == this
    }  # fmt: skip
    if not fine:
        yield finding("never-steps", f"`solve` never calls {this}.step(…)", solve.lineno)
    attributes = {id(node.value): node.attr for node in ast.walk(solve) if isinstance(node, ast.Attribute)}
    for node in ast.walk(solve):
        if isinstance(node, ast.Name) and node.id == this and id(node) not in fine:
            attribute = attributes.get(id(node))
            what = f"`{this}.{attribute}`" if attribute else f"`{this}` itself"
            yield finding("uses-self", f"`solve` uses {what}", node.lineno, f"A solver may use nothing of self but {this}.step(…).")
        if isinstance(node, ast.Name) and node.id in PEEKING:
            yield finding("peeking", f"`solve` uses `{node.id}`", node.lineno, "A solver learns from observations only.")
        if isinstance(node, ast.Attribute) and node.attr.startswith("__") and node.attr.endswith("__"):
            yield finding("peeking", f"`solve` uses the attribute `{node.attr}`", node.lineno, "A solver learns from observations only.")
        if isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.Yield, ast.YieldFrom)):
            yield finding("solver-async", "`solve` is not a plain function", node.lineno)


def inspect_solver(source: str) -> dict:
    """Gate 5 on a reply's or a file's `solve`: (`solver`: self-contained source or None, `findings`)."""
    try:
        original = parse(source)
        solve = _find_solve(original)
        if solve is None:
            hint = "Write `def solve(self): …`."
            return {"solver": None, "findings": [finding("no-solve", "there is no function `solve`", None, hint)]}
        findings = list(_self_findings(solve)) + list(import_findings(ast.Module([solve], [])))
        solver = self_contained(source)
        tree = parse(solver)
        reported = {(item["code"], item["message"]) for item in findings}
        findings += [item for item in import_findings(tree) if (item["code"], item["message"]) not in reported]
        return {"solver": solver, "findings": findings}
    except Unreadable as error:
        return {"solver": None, "findings": [error.finding]}
    except RecursionError:
        return {"solver": None, "findings": [finding("syntax", "`solve` is nested too deeply")]}


def insert_solver(source: str, class_name: str, solver: str) -> str:
    """The environment's source with its `solve` replaced (or added), every other line as it was."""
    tree = parse(source)
    cls = find_environment(tree, class_name)
    if cls is None:
        raise ValueError(f"there is no class `{class_name}`")
    member = next((item for item in cls.body if isinstance(item, ast.FunctionDef) and item.name == "solve"), None)
    lines = source.split("\n")
    indent = " " * cls.body[0].col_offset
    text = textwrap.indent(solver.strip("\n"), indent, lambda line: line.strip() != "").split("\n")
    if member is None:
        end = cls.body[-1].end_lineno
        result = "\n".join(lines[:end] + ["", *text] + lines[end:])
    else:
        start = min([member.lineno, *(item.lineno for item in member.decorator_list)]) - 1
        result = "\n".join(lines[:start] + text + lines[member.end_lineno :])
    # Indenting could reach into a string that spans lines: the tree must be the one that was meant.
    placed = methods_of(find_environment(parse(result), class_name))["solve"]
    if _shape(placed) != _shape(parse(solver).body[0]):
        raise ValueError("`solve` could not be put in unchanged")
    return result


def _shape(function):
    function = copy.deepcopy(function)
    if ast.get_docstring(function, clean=False) is not None:
        function.body = function.body[1:] or [ast.Pass()]
    return ast.dump(function)
