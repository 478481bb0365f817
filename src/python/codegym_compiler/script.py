"""Scripts: a program that reads standard input and prints becomes a function from lines to the printed text.

Its statements keep their places in the source, so pieces and coverage still speak of the solution's own lines.
"""

import ast

from .program import Parameter, Program, _forbid, _is_main_block, _script_statements, parse
from .refusal import refuse_at
from .scopes import FUNCTIONS, bound_by, used_names, walk

_SHIMS = """
unread = iter(lines)
printed = []

def input(prompt=""):
    for_next = next(unread, None)
    if for_next is None:
        raise EOFError
    return for_next

def readline():
    for_next = next(unread, None)
    return "" if for_next is None else for_next + "\\n"

def read_all():
    return "".join(line + "\\n" for line in unread)

def read_lines():
    return [line + "\\n" for line in unread]

def print(*values, sep=" ", end="\\n", file=None, flush=False):
    printed.append((" " if sep is None else sep).join(map(str, values)) + ("\\n" if end is None else end))

def write(text):
    printed.append(text)
"""
_ANSWER = 'return "".join(printed).strip()'
_MEMBERS = {"readline": "readline", "read": "read_all", "readlines": "read_lines"}


def _is_stream(node, name: str) -> bool:
    """`sys.stdin` or `sys.stdin.buffer` (or stdout)."""
    if isinstance(node, ast.Attribute) and node.attr == "buffer":
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr == name and isinstance(node.value, ast.Name) and node.value.id == "sys"
    return isinstance(node, ast.Name) and node.id == name


class _Streams(ast.NodeTransformer):
    """Standard streams become the shims' functions."""

    def __init__(self):
        self.depth = 0
        #: Where the script ends itself inside of a function.
        self.exits: list[ast.stmt] = []

    def visit_FunctionDef(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    def visit_Attribute(self, node):
        if _is_stream(node.value, "stdin") and node.attr in _MEMBERS:
            return ast.copy_location(ast.Name(_MEMBERS[node.attr], ast.Load()), node)
        if _is_stream(node.value, "stdout") and node.attr == "write":
            return ast.copy_location(ast.Name("write", ast.Load()), node)
        if _is_stream(node, "stdin"):
            return ast.copy_location(ast.Call(ast.Name("read_lines", ast.Load()), [], []), node)
        return self.generic_visit(node)

    def visit_Name(self, node):
        if node.id == "stdin" and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Call(ast.Name("read_lines", ast.Load()), [], []), node)
        return node

    def visit_Call(self, node):
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
            opened = function.value
            if (
                isinstance(opened.func, ast.Name)
                and opened.func.id == "open"
                and opened.args
                and getattr(opened.args[0], "value", None) == 0
            ):
                if function.attr in _MEMBERS:
                    return ast.copy_location(ast.Call(ast.Name(_MEMBERS[function.attr], ast.Load()), [], []), node)
        return self.generic_visit(node)

    def visit_ImportFrom(self, node):
        if node.module == "sys":
            kept = [item for item in node.names if item.name not in ("stdin", "stdout", "exit", "setrecursionlimit")]
            if not kept:
                return ast.copy_location(ast.Pass(), node)
            node.names = kept
        return node

    def visit_Global(self, node):
        return ast.copy_location(ast.Nonlocal(node.names), node) if self.depth else ast.copy_location(ast.Pass(), node)

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ("exit", "quit", "_exit") and (isinstance(call.func, ast.Name) or getattr(call.func.value, "id", "") == "sys"):
                if self.depth:
                    self.exits.append(node)
                    return ast.copy_location(ast.parse("raise SystemExit").body[0], node)
                closing = ast.copy_location(ast.parse(_ANSWER).body[0], node)
                closing.fixed = True
                return closing
            if name in ("setrecursionlimit", "flush", "stack_size"):
                return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)


def _touches_streams(node) -> bool:
    names = used_names(node)
    return bool(names & {"input", "print", "stdin", "stdout", "open"}) or any(
        isinstance(item, (ast.Global,)) or (isinstance(item, ast.Attribute) and item.attr in ("stdin", "stdout", "exit"))
        for item in walk(node)
    )


def _stay_outside(functions, inside_names) -> set[str]:
    """Functions that need nothing of the script: no streams, no variables of its own, no function that does."""
    outside = {node.name for node in functions if not _touches_streams(node)}
    while True:
        worse = {
            node.name
            for node in functions
            if node.name in outside and used_names(node) & (inside_names | ({item.name for item in functions} - outside))
        }
        if not worse:
            return outside
        outside -= worse


def read_script(source: str) -> Program:
    """The program of a script: its entry is a function `script` over the hidden `lines`."""
    tree = parse(source)
    statements = _script_statements(tree)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    functions = [node for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))]
    variables = {name for node in statements for item in walk(node) for name in bound_by(item)}
    outside = _stay_outside(functions, variables)
    inside: list[ast.stmt] = []
    for node in tree.body:
        if _is_main_block(node):
            inside.extend(node.body)
        elif node not in imports and not (isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name in outside):
            inside.append(node)
    top = [node for node in imports if not (isinstance(node, ast.ImportFrom) and node.module == "sys")]
    aliases = [node for node in imports if node not in top]
    streams = _Streams()
    rewritten = [streams.visit(node) for node in [*aliases, *inside]]
    if streams.exits:
        ended = ast.parse("try:\n    pass\nexcept SystemExit:\n    pass").body[0]
        ended.body = rewritten
        rewritten = [ended]
    name = "script"
    entry = ast.parse(f"def {name}(lines): pass").body[0]
    shims = ast.parse(_SHIMS).body
    for node in shims:
        for item in walk(node):
            if hasattr(item, "lineno"):
                item.lineno = item.end_lineno = 1
                item.col_offset = item.end_col_offset = 0
        node.fixed = True
    used = set().union(*(used_names(node) for node in rewritten)) if rewritten else set()
    entry.body = [node for node in shims if not isinstance(node, ast.FunctionDef) or node.name in used]
    closing = ast.parse(_ANSWER).body[0]
    closing.fixed = True
    entry.body += [*rewritten, closing]
    if inside:
        entry.lineno, entry.end_lineno = inside[0].lineno, inside[-1].end_lineno
    kept = [node for node in functions if node.name in outside]
    program = Program(source, tree, "script", entry, None, [Parameter("lines")])
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


#: Tried when the statement gives no example of the input.
USUAL = (
    ["5", "3 1 4 1 5"], ["3", "1 2 3"], ["6", "2 7 1 8 2 8"], ["7"], ["12"], ["3 4"], ["10 3"], ["2 3 4"], ["hello"], ["abcba"], ["hello world"],
    ["4", "abcd"], ["5 2", "3 1 4 1 5"], ["3 3", "1 2 3", "4 5 6", "7 8 9"], ["3", "1 2", "3 4", "5 6"], ["2", "3", "5"], ["3", "abc", "def", "ghi"],
    ["abc", "abd"], ["1 2", "3 4"], ["3 2", "#.", "..", ".#"], ["1", "3", "1 2 3"], ["2", "3", "1 2 3", "2", "5 4"], ["3.5"], ["1 2 3 4 5"],
)  # fmt: skip


def changed_lines(lines: list[str], rng, words: frozenset[str] = frozenset()) -> list[str]:
    """Another input of the same structure: numbers that count what follows keep counting it, `words` stay."""
    rows = [line.split(" ") for line in lines]
    counted = [(at, at + 1) for at in range(len(rows) - 1) if _count(rows[at], len(rows[at + 1])) and len(rows[at + 1]) > 0]
    following = _count(rows[0], len(rows) - 1) if len(rows) > 1 else None
    action = rng.randrange(6)
    if action <= 1 and counted:
        at, after = rng.choice(counted)
        row = list(rows[after])
        for _ in range(rng.randint(1, 3)):
            if action == 0 or len(row) < 2:
                row.insert(rng.randrange(len(row) + 1), _other_token(rng.choice(row), rng, words))
            else:
                row.pop(rng.randrange(len(row)))
        rows[at] = [
            str(len(row)) if item == str(len(rows[after])) and index == _count(rows[at], len(rows[after])) - 1 else item
            for index, item in enumerate(rows[at])
        ]
        rows[after] = row
    elif action <= 3 and following:
        body = rows[1:]
        for _ in range(rng.randint(1, 3)):
            if action == 2 or len(body) < 2:
                body.insert(
                    rng.randrange(len(body) + 1),
                    [_other_token(item, rng, words) if rng.random() < 0.6 else item for item in rng.choice(body)],
                )
            else:
                body.pop(rng.randrange(len(body)))
        head = [str(len(body)) if index == following - 1 else item for index, item in enumerate(rows[0])]
        rows = [head, *body]
    else:
        fixed = {at for at, _ in counted} | ({0} if following else set())
        free = [at for at in range(len(rows)) if at not in fixed] or list(range(len(rows)))
        at = rng.choice(free)
        changes = rng.randint(1, max(1, len(rows[at]) // 2))
        for _ in range(changes):
            index = rng.randrange(len(rows[at]))
            rows[at][index] = _other_token(rows[at][index], rng, words, len(rows) == 1 or not counted)
    return [" ".join(row) for row in rows]


def _count(row, number) -> int | None:
    """The place (from 1) in a line of numbers that says how many follow."""
    for index, item in enumerate(row[:2]):
        if item == str(number):
            return index + 1
    return None


def _other_token(token: str, rng, words: frozenset[str], grows: bool = False) -> str:
    if token in words and len(token) > 1:
        return token
    if token.lstrip("-").isdigit():
        value = int(token)
        value = rng.choice((value + 1, value - 1, value + rng.randint(2, 9), rng.randint(1, max(3, abs(value))), value))
        return str(max(value, 0) if not token.startswith("-") and value < 0 else value)
    if not token:
        return token
    at = rng.randrange(len(token))
    letters = sorted(set(token)) + (["a", "b", "e", "z"] if token.isalpha() else [])
    action = rng.randrange(4)
    if action == 0 and (grows or len(token) > 2) and not token.startswith(("#", ".")):
        return token[:at] + rng.choice(letters) + token[at:]
    if action == 1 and len(token) > 1 and grows:
        return token[:at] + token[at + 1 :]
    if action == 2 and grows and len(token) < 20:
        return token + token
    return token[:at] + rng.choice(letters) + token[at + 1 :]
