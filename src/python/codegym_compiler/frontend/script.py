"""Scripts: a program that reads standard input and prints becomes a function from lines to the printed text.

Its statements keep their places in the source, so pieces and coverage still speak of the solution's own lines.
"""

import ast

from ..diagnostics import refuse_at
from .hygiene import Bound, renamed
from .program import Parameter, Program, _forbid, _is_main_block, _script_statements
from .reading import parse
from .scopes import FUNCTIONS, bound_by, used_names, walk
from .standard_streams import NAMES, Streams, read_name, shims, write_name

_ANSWER = 'return "".join(printed).strip()'
#: Builtins that take all lines of standard input, one after the other.
_TAKE_LINES = frozenset({"enumerate", "filter", "list", "map", "set", "sorted", "tuple", "zip"})
_SENSITIVE = frozenset({"bytearray", "bytes", "decode", "encode", "from_bytes", "memoryview"})


def _statement(text: str, place) -> ast.stmt:
    return ast.copy_location(ast.parse(text).body[0], place)


class _Rewriter(ast.NodeTransformer):
    """Standard streams become functions over the hidden lines; threads become calls."""

    def __init__(self, streams: Streams, faithful: bool):
        self.streams, self.faithful = streams, faithful
        self.depth = 0
        #: Where the script ends itself inside of a function.
        self.exits: list[ast.stmt] = []
        #: Variables that hold a thread that is not begun.
        self.threads: set[str] = set()
        #: Bytes are read or written somewhere.
        self.bytes = False

    def _stream(self, node) -> tuple[str, bool] | None:
        found = self.streams.kind(node)
        if found is None:
            return None
        self.bytes |= found[1]
        return found[0], found[1] and self.faithful

    def visit_FunctionDef(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    # --- expressions -----------------------------------------------------------------------------------------

    def _named(self, name: str, node):
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def _made(self, name: str, node):
        return ast.copy_location(ast.Call(self._named(name, node), [], []), node)

    def _object(self, found, node):
        kind, of_bytes = found
        if kind == "stdin":
            return self._made("StandardInputBytes" if of_bytes else "StandardInput", node)
        return self._made("StandardOutput", node) if kind == "stdout" else self._named("ignore", node)

    def visit_Attribute(self, node):
        if found := self._stream(node.value):
            kind, of_bytes = found
            name = read_name(node.attr, of_bytes) if kind == "stdin" else write_name(node.attr, self.streams.kind(node.value)[1])
            if kind == "stderr":
                name = "ignore"
            if name is not None:
                return self._named(name, node)
        if found := self._stream(node):
            return self._object(found, node)
        return self.generic_visit(node)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            if found := self._stream(node):
                return self._object(found, node)
            if node.id in ("input", "print"):
                return self._named({"input": "next_line", "print": "put"}[node.id], node)
        return node

    def _lines(self, node):
        """Standard input where its lines are gone through."""
        found = self._stream(node)
        return self._made("read_lines_bytes" if found[1] else "read_lines", node) if found and found[0] == "stdin" else node

    def visit_For(self, node):
        node.iter = self._lines(node.iter)
        return self.generic_visit(node)

    def visit_comprehension(self, node):
        node.iter = self._lines(node.iter)
        return self.generic_visit(node)

    def visit_Call(self, node):
        function = node.func
        if (whole := self.streams.whole_input(node)) is not None:
            self.bytes |= whole
            return self._made("read_all_bytes" if whole and self.faithful else "read_all", node)
        if found := self._stream(node):
            return self._object(found, node)
        if isinstance(function, ast.Name) and function.id == "print":
            return self._printed(node)
        if isinstance(function, ast.Name) and function.id in _TAKE_LINES:
            node.args = list(map(self._lines, node.args))
        if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "os" and function.attr in ("write", "fsync"):
            written = function.attr == "write" and len(node.args) == 2 and getattr(node.args[0], "value", None) == 1
            node.func, node.args = self._named("write_bytes" if written else "ignore", node), node.args[1:] if written else []
        return self.generic_visit(node)

    def _printed(self, node):
        target = next((item.value for item in node.keywords if item.arg == "file"), None)
        found = self._stream(target) if target is not None else ("stdout", False)
        if found is None and not (isinstance(target, ast.Constant) and target.value is None):
            raise refuse_at(node, "outside", "the script prints to something else than standard output: print the answer alone")
        node.keywords = [item for item in node.keywords if item.arg != "file"]
        if found and found[0] == "stderr":
            node.func = self._named("ignore", node)
        return self.generic_visit(node)

    # --- statements ------------------------------------------------------------------------------------------

    def visit_ImportFrom(self, node):
        if node.module == "sys":
            kept = [
                item
                for item in node.names
                if (item.asname or item.name) not in self.streams.names and item.name not in ("exit", "setrecursionlimit")
            ]
            if not kept:
                return ast.copy_location(ast.Pass(), node)
            node.names = kept
        return node

    def visit_Global(self, node):
        return ast.copy_location(ast.Nonlocal(node.names), node) if self.depth else ast.copy_location(ast.Pass(), node)

    def visit_Assign(self, node):
        if replaced := self.streams.replaced(node):
            if "stdin" in replaced and not self.streams.itself(node.value):
                raise refuse_at(
                    node,
                    "outside",
                    "the script puts a text of its own in the place of standard input: leave this line out, and it reads what is hidden",
                )
            return ast.copy_location(ast.Pass(), node)
        if (call := _thread(node.value)) is not None and isinstance(node.targets[0], ast.Name):
            self.threads.add(node.targets[0].id)
            node.value = ast.copy_location(ast.Lambda(ast.arguments([], [], None, [], [], None, []), call), node.value)
        return self.generic_visit(node)

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            if name in ("exit", "quit", "_exit") and (owner is None or getattr(owner, "id", "") in ("sys", "os")):
                if self.depth:
                    self.exits.append(node)
                    return _statement("raise SystemExit", node)
                closing = _statement(_ANSWER, node)
                closing.fixed = True
                return closing
            if name in ("setrecursionlimit", "flush", "stack_size", "set_int_max_str_digits"):
                return ast.copy_location(ast.Pass(), node)
            begun = _thread(owner) if owner is not None else None
            mine = isinstance(owner, ast.Name) and owner.id in self.threads
            if name == "start" and (begun is not None or mine):
                node.value = begun if begun is not None else ast.copy_location(ast.Call(owner, [], []), call)
            elif name == "join" and mine:
                return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)


def _thread(node) -> ast.Call | None:
    """What `threading.Thread(target=main, args=(1,))` runs, as a call."""
    name = (
        node.func.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        else getattr(getattr(node, "func", None), "id", "")
    )
    if name != "Thread":
        return None
    given = {item.arg: item.value for item in node.keywords}
    target, arguments = given.get("target"), given.get("args")
    if target is None or not (arguments is None or isinstance(arguments, (ast.Tuple, ast.List))) or "kwargs" in given:
        return None
    return ast.copy_location(ast.Call(target, arguments.elts if arguments is not None else [], []), node)


def _touches_streams(node, streams: Streams) -> bool:
    return any(
        isinstance(item, ast.Global)
        or (isinstance(item, ast.Name) and (item.id in ("input", "print", "open", "exit", "quit") or item.id in streams.names))
        or (
            isinstance(item, ast.Attribute)
            and (item.attr in ("stdin", "stdout", "stderr", "exit", "_exit", "__stdin__") or getattr(item.value, "id", "") == "os")
        )
        for item in walk(node)
    )


def _stay_outside(functions, inside_names, streams) -> set[str]:
    """Functions that need nothing of the script: no streams, no variables of its own, no function that does."""
    outside = {node.name for node in functions if not _touches_streams(node, streams)}
    while True:
        worse = {
            node.name
            for node in functions
            if node.name in outside and used_names(node) & (inside_names | ({item.name for item in functions} - outside))
        }
        if not worse:
            return outside
        outside -= worse


def read_script(source: str, faithful: bool = False) -> Program:
    """The program of a script: its entry is a function `script` over the hidden `lines`.

    `faithful`: what the script reads as bytes is bytes. Otherwise it is text where the script seems not to care, which
    makes for better tools; whoever asks for that holds the answers against those of the faithful program."""
    tree = parse(source)
    written = renamed(tree, NAMES)
    streams = Streams(tree)
    statements = _script_statements(tree)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    functions = [node for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))]
    variables = {name for node in statements for item in walk(node) for name in bound_by(item)}
    outside = _stay_outside(functions, variables, streams)
    inside: list[ast.stmt] = []
    for node in tree.body:
        if _is_main_block(node):
            inside.extend(node.body)
        elif node not in imports and not (isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name in outside):
            inside.append(node)
    top = [node for node in imports if not (isinstance(node, ast.ImportFrom) and node.module == "sys")]
    aliases = [node for node in imports if node not in top]
    rewriter = _Rewriter(streams, faithful)
    rewritten = [rewriter.visit(node) for node in [*aliases, *inside]]
    if rewriter.bytes and not faithful and _SENSITIVE & {word for node in rewritten for item in walk(node) for word in _spoken(item)}:
        return read_script(source, True)
    if rewriter.exits:
        ended = ast.parse("try:\n    pass\nexcept SystemExit:\n    pass").body[0]
        ended.body = rewritten
        rewritten = [ended]
    name = "script"
    entry = ast.parse(f"def {name}(lines): pass").body[0]
    used = set().union(*(used_names(node) for node in rewritten)) if rewritten else set()
    entry.body = [*shims(used), *_unbound(rewritten)]
    closing = ast.parse(_ANSWER).body[0]
    closing.fixed = True
    entry.body += [*rewritten, closing]
    if inside:
        entry.lineno, entry.end_lineno = inside[0].lineno, inside[-1].end_lineno
    kept = [node for node in functions if node.name in outside]
    program = Program(source, tree, "script", entry, None, [Parameter("lines")], written=written)
    program.bytes = rewriter.bytes and not faithful
    for node in [*top, *kept]:
        for bound in bound_by(node):
            program.providers[bound] = node
    program.providers[name] = entry
    wanted, todo = {name}, [entry]
    while todo:
        for used_name in sorted(used_names(todo.pop())):
            node = program.providers.get(used_name)
            if node is not None and used_name not in wanted:
                wanted.add(used_name)
                todo.append(node)
    program.needed = [
        node
        for node in [*top, *kept]
        if any(item in wanted for item in bound_by(node)) or getattr(node, "names", [None])[0] and node.names[0].name == "*"
    ]
    program.needed.append(entry)
    tree.body = [*top, *kept, entry]
    for node in walk(entry):
        if isinstance(node, (ast.stmt, ast.expr)) and not hasattr(node, "lineno"):
            ast.copy_location(node, entry)
    ast.fix_missing_locations(entry)
    _forbid([node for node in program.needed if node is not entry])
    for statement in rewritten:
        _forbid_calls(statement)
    return program


def _spoken(node) -> tuple[str, ...]:
    if isinstance(node, ast.Constant):
        return ("bytes",) if isinstance(node.value, bytes) else ()
    return (getattr(node, "id", ""), getattr(node, "attr", ""))


def _unbound(statements) -> list[ast.stmt]:
    """Global variables that only functions give a value: they need a place in the script's function."""
    declared = {name for node in statements for item in walk(node) if isinstance(item, ast.Nonlocal) for name in item.names}
    missing = sorted(declared - Bound(statements).names)
    made = [ast.parse(f"{name} = None").body[0] for name in missing]
    for node in made:
        node.fixed = True
    return made


def _forbid_calls(statement):
    for node in walk(statement):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _forbid([node])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "exec", "globals", "vars"):
            raise refuse_at(
                node,
                "outside",
                (
                    f"the script calls `{node.func.id}`, which reaches beyond standard "
                    "input: read with input() or sys.stdin, and print the answer"
                ),
            )
