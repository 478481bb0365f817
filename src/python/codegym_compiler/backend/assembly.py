"""Puts a solver together: the observed sizes, the readers, the cut functions, and the call of Done at the end."""

import ast
from dataclasses import dataclass, field

from codegym_sandbox.surgery import PEEKING, peeks

from ..analysis.access import SIZED, Hidden, make_direct, uses
from ..diagnostics import refuse_at
from ..frontend.scopes import FUNCTIONS, argument_names, used_names, walk
from ..naming import Unique
from ..outline.tool import Tool
from ..outline.walker import Walker
from ..rules import RULES
from ..rules.element import callers, case_reader, copy_code, reader_lines, readers


@dataclass
class Assembly:
    tools: list[Tool]
    body: list[ast.stmt]
    direct: set[str] = field(default_factory=set)


class _Names(ast.NodeTransformer):
    """Renames variables everywhere in the solver: `self`, and its copies of the solution's functions."""

    def __init__(self, names: dict[str, str], functions):
        self.names = names
        #: Of own functions and classes: name → the parameters that calls by keyword name.
        self.parameters: dict[str, set[str]] = {}
        for node in (item for function in functions for item in walk(function)):
            if isinstance(node, ast.FunctionDef):
                self.parameters.setdefault(node.name, set()).update(argument_names(node.args))
            elif isinstance(node, ast.ClassDef):
                made = [argument_names(item.args) for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
                self.parameters.setdefault(node.name, set()).update(*made)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and isinstance(node.targets[0], ast.Name):
                self.parameters.setdefault(node.targets[0].id, set()).update(argument_names(node.value.args))

    def visit_Name(self, node):
        if node.id in self.names:
            return ast.copy_location(ast.Name(self.names[node.id], node.ctx), node)
        return node

    def visit_arg(self, node):
        node.arg = self.names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node):
        node.name = self.names.get(node.name, node.name)
        node.returns = None
        for item in walk(node.args):
            if isinstance(item, ast.arg):
                item.annotation = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_ClassDef(self, node):
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Call(self, node):
        # Keywords of own functions are parameters too; those of tools keep their names, as those of Python do.
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if not hasattr(node, "tool"):
            for item in node.keywords:
                item.arg = self.names.get(item.arg, item.arg) if item.arg in self.parameters.get(called, ()) else item.arg
        return self.generic_visit(node)


def _endless(function) -> ast.stmt | None:
    """A loop that only its consumer ends."""
    for node in walk(function):
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
            if not any(isinstance(item, (ast.Break, ast.Return)) for item in walk(node)):
                return node
    return None


def _collect(function, produced: str):
    """Turns one generator function (own yields only) into one that returns `iter` of a list, the variable `produced`."""

    class Rewriter(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return node

        def visit_Lambda(self, node):
            return node

        def visit_Expr(self, node):
            if isinstance(node.value, ast.Yield):
                return ast.copy_location(_statement(f"{produced}.append(None)", node.value.value), node)
            if isinstance(node.value, ast.YieldFrom):
                return ast.copy_location(_statement(f"{produced}.extend(None)", node.value.value), node)
            return self.generic_visit(node)

        def visit_Yield(self, node):
            raise refuse_at(
                node, "generator", "a generator that uses the value of `yield` is not supported: yield in a statement of its own"
            )

        def visit_Return(self, node):
            return ast.copy_location(ast.parse(f"return iter({produced})").body[0], node)

    if (loop := _endless(function)) is not None:
        raise refuse_at(
            loop,
            "endless-generator",
            "a generator without an end cannot be unrolled for a solver, which may not be one: end its loop, or use a list",
        )
    rewriter = Rewriter()
    body = [rewriter.visit(item) for item in function.body]
    function.body = [*ast.parse(f"{produced} = []").body, *body, *ast.parse(f"return iter({produced})").body]


def _statement(text, value):
    node = ast.parse(text).body[0]
    if value is not None:
        node.value.args = [value]
    return node


def _own_yields(function):
    todo = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(node))
    return False


def _without_generators(functions, produced):
    for top in functions:
        for node in walk(top):
            if isinstance(node, ast.FunctionDef) and _own_yields(node):
                _collect(node, produced)


def _lines(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def marked(text: str, tools: dict[str, Tool], ask: str) -> list[ast.stmt]:
    """Statements from a text in which `ask('Wanted', …)` calls the tool of that wanted name; `ask`: what it is called."""
    body = ast.parse(text).body
    for statement in body:
        for node in walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == ask and node.args:
                wanted = node.args[0].value
                if wanted in tools:
                    node.tool = tools[wanted]
    return body


def assemble(program, walker: Walker, hidden: list[Hidden], constants: list[str], batched: bool = False) -> Assembly:
    """`constants`: parameters that are no hidden state and keep their default values."""
    entry, owner = program.entry, program.owner
    functions: dict[str, ast.stmt] = {}
    if owner is not None:
        walker._classdef(owner)
        functions[owner.name] = owner
    else:
        walker.function_body(entry, entry=True)
        functions[entry.name] = entry
    _add_called(program, walker, functions)
    words = program.words
    ask, state, result = words["ask"], words["state"], words["answer"]
    _without_generators(functions.values(), words["produced"])

    tools: dict[str, Tool] = {}
    lines: list[ast.stmt] = []
    direct = set()
    names = Unique(tool.wanted for tool in walker.tools.values())
    gone = set()
    arguments = []
    recursive = not walker.hidden
    for item in hidden:
        found = None
        if not batched and not recursive and item.name in walker.hidden:
            found = make_direct(entry, item)
        access = readers(item) if item.form in SIZED and not batched else []
        for tool in access:
            tool.wanted = names(tool.wanted)
        if found is not None or (not recursive and item.name in walker.hidden and not uses(entry, item.name) and item.form in SIZED):
            used, sizes = found or (False, False)
            gone.add(item.name)
            direct.add(item.name)
            if used:
                tools.update((tool.wanted, tool) for tool in access)
            lines += marked(reader_lines(item, access[0], sizes, used, ask, state), tools, ask)
        elif item.form == "function" and not batched:
            tool, code = callers(item, names, words, False)
            tools[tool.wanted] = tool
            lines += marked(code, tools, ask)
            arguments.append(item)
        elif access:
            tools.update((tool.wanted, tool) for tool in access)
            lines += marked(f"{item.variable} = {copy_code(item, access, ask, state)}", tools, ask)
            arguments.append(item)
        else:
            arguments.append(item)
            if not batched:
                lines += _lines(f"{item.variable} = {state}[{item.name!r}]")
    _parameters_fixed(program, entry, gone, constants)
    for rule in RULES:
        for tool, text in rule.solver_functions(walker, names):
            tools[tool.wanted] = tool
            lines += marked(text, {tool.wanted: tool}, ask)
    tools.update((key, tool) for key, tool in walker.tools.items())

    call = entry.name if owner is None else f"{owner.name}().{entry.name}"
    needed = _context(program, functions)
    classes = [node for node in needed if isinstance(node, ast.ClassDef)]
    renamed = _renaming([*functions.values(), *classes], words)
    if batched:
        closing = marked(_batch_lines(hidden, call, tools, words), tools, ask)
    else:
        invoked = f"{call}({', '.join(f'{item.name}={item.variable}' for item in arguments)})"
        changed = next((item.variable for item in arguments if item.name == program.in_place), None)
        closing = _lines(f"{result} = {invoked}" if changed is None else f"{invoked}\n{result} = {changed}")
    if batched or any(item.form == "scalar" for item in hidden) or any(state in used_names(line) for line in lines):
        lines = [*_lines(f"{state} = {ask}('Observe')"), *lines]
    body = [*needed, *lines, *functions.values(), *closing]
    names_put = _Names(renamed, [*functions.values(), *classes])
    body = [names_put.visit(item) for item in body]
    for item in body:
        _check_peeks(item)
    return Assembly(list(tools.values()), body, direct)


def _batch_lines(hidden, call, tools, words):
    """Each case is read, one parameter a call, and solved in its turn."""
    ask, case, result = words["ask"], words["case"], words["answer"]
    lines = [f"{result} = []", f"for {case} in range({words['state']}['cases']):"]
    for item in hidden:
        if item.form == "function":
            tool, code = callers(item, Unique(tools), words, True)
            tools[tool.wanted] = tool
            lines += [f"    {line}" for line in code.split("\n")]
            continue
        tool = case_reader(item, Unique(tools))
        tools[tool.wanted] = tool
        lines.append(f"    {item.variable} = {ask}('{tool.wanted}', case={case})")
    lines.append(f"    {result}.append({call}({', '.join(f'{item.name}={item.variable}' for item in hidden)}))")
    return "\n".join(lines)


def _parameters_fixed(program, entry, gone, constants):
    """The entry's signature without what is read directly. Parameters with defaults stay last."""
    arguments = entry.args
    plain = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
    own = {item.name: item.default for item in program.parameters}
    first = [item for item in plain if item.arg not in own][:1]
    without = [item for item in plain if item.arg in own and item.arg not in gone and item.arg not in constants]
    fixed = [item for item in plain if item.arg in constants]
    entry.args = ast.arguments([], first + without + fixed, None, [], [], None, [own[item.arg] for item in fixed])


def _add_called(program, walker, functions):
    """Top-level functions that are still called stay with the solver, cut in their turn."""
    providers = program.providers
    done = set(functions)
    while True:
        used = set().union(*(used_names(node) for node in functions.values()))
        more = [name for name in sorted(used) if name in providers and name not in done and isinstance(providers[name], ast.FunctionDef)]
        if not more:
            return
        for name in more:
            done.add(name)
            functions[name] = walker.function_body(providers[name])


def _context(program, functions) -> list[ast.stmt]:
    """Top-level imports, constants and classes that the solver's functions use."""
    wanted: list[ast.stmt] = []
    todo = list(functions.values())
    while todo:
        for name in sorted(used_names(todo.pop())):
            for node in (program.providers.get(name), *program.fillers.get(name, ())):
                if node is not None and node not in wanted and name not in functions and not isinstance(node, FUNCTIONS):
                    wanted.append(node)
                    todo.append(node)
    return [node for node in program.tree.body if node in wanted]


def _renaming(functions, words) -> dict[str, str]:
    """`self` is the environment in a solver; and a copy of a top-level function under its own name would draw the original in."""
    names = {"self": words["this"]}
    for node in functions:
        names[node.name] = words[f"play_{node.name}" if isinstance(node, ast.FunctionDef) else f"Play{node.name}"]
    return names


def _check_peeks(node):
    for item in walk(node):
        name = item.id if isinstance(item, ast.Name) and item.id in PEEKING else None
        if isinstance(item, ast.Attribute) and peeks(item):
            name = item.attr
        if name is not None:
            raise refuse_at(item, "peeking", f"the solver would need `{name}`, which solvers may not use: write the step without it")
