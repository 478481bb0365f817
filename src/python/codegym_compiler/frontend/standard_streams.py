"""A script's standard input and output as functions over hidden lines: every way to reach them that scripts use.

Names of Python are Python's here (see `hygiene`), and SHIMS have names that the script has not.
"""

import ast

from .scopes import walk

#: What stands in for the streams, inside of the script's function. `…_bytes`: where the script reads or writes bytes.
_TEXT = """
unread = iter(lines)
printed = []

def next_line(prompt=""):
    for_next = next(unread, None)
    if for_next is None:
        raise EOFError
    return for_next

def readline(size=-1):
    for_next = next(unread, None)
    return "" if for_next is None else for_next + "\\n"

def read_all(size=-1):
    return "".join(line + "\\n" for line in unread)

def read_lines(hint=-1):
    return [line + "\\n" for line in unread]

def readline_bytes(size=-1):
    return readline().encode()

def read_all_bytes(size=-1):
    return read_all().encode()

def read_lines_bytes(hint=-1):
    return [line.encode() for line in read_lines()]

def put(*values, sep=" ", end="\\n", file=None, flush=False):
    printed.append((" " if sep is None else sep).join(map(str, values)) + ("\\n" if end is None else end))

def write(text):
    printed.append(text)
    return len(text)

def write_bytes(data):
    printed.append(bytes(data).decode())
    return len(data)

def write_lines(texts):
    printed.extend(texts)

def ignore(*values, **options):
    return None

class StandardInput:
    def readline(self, size=-1):
        return readline()

    def read(self, size=-1):
        return read_all()

    def readlines(self, hint=-1):
        return read_lines()

    def __iter__(self):
        return self

    def __next__(self):
        line = readline()
        if not line:
            raise StopIteration
        return line

class StandardInputBytes:
    def readline(self, size=-1):
        return readline_bytes()

    def read(self, size=-1):
        return read_all_bytes()

    def readlines(self, hint=-1):
        return read_lines_bytes()

    def __iter__(self):
        return self

    def __next__(self):
        line = readline_bytes()
        if not line:
            raise StopIteration
        return line

class StandardOutput:
    def write(self, text):
        return write(text)

    def writelines(self, texts):
        write_lines(texts)

    def flush(self):
        return None
"""
#: Names that the script itself may not have.
NAMES = frozenset(node.name for node in ast.parse(_TEXT).body if not isinstance(node, ast.Assign)) | {
    "lines",
    "printed",
    "script",
    "unread",
}
_READS = {"readline": "readline", "read": "read_all", "readlines": "read_lines"}
_WRITES = {"write": "write", "writelines": "write_lines", "flush": "ignore"}
_INPUTS, _OUTPUTS = ("stdin", "__stdin__"), ("stdout", "__stdout__")
_ERRORS = ("stderr", "__stderr__")
_MEMORY = ("BytesIO", "StringIO", "TextIOWrapper", "BufferedReader")


def shims(used: set[str]) -> list[ast.stmt]:
    """Those that a script uses, directly or not, with places that belong to no line of it."""
    nodes = ast.parse(_TEXT).body
    named = {node.name: node for node in nodes if not isinstance(node, ast.Assign)}
    wanted, todo = set(), [name for name in named if name in used]
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += [item.id for item in walk(named[name]) if isinstance(item, ast.Name) and item.id in named]
    kept = [node for node in nodes if isinstance(node, ast.Assign) or node.name in wanted]
    for node in kept:
        for item in walk(node):
            if hasattr(item, "lineno"):
                item.lineno = item.end_lineno = 1
                item.col_offset = item.end_col_offset = 0
        node.fixed = True
    return kept


def _called(node) -> str:
    """`f` of `f(…)` and of `m.f(…)`."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class Streams:
    """What in one script is a stream. `names`: variable → "stdin" | "stdout" | "stderr", of `from sys import stdin as …`."""

    def __init__(self, tree):
        self.names = {
            alias.asname or alias.name: alias.name.strip("_")
            for node in walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "sys"
            for alias in node.names
            if alias.name in (*_INPUTS, *_OUTPUTS, *_ERRORS)
        }

    def kind(self, node) -> tuple[str, bool] | None:
        """("stdin" | "stdout" | "stderr", whether it is one of bytes)."""
        if isinstance(node, ast.Name):
            return (self.names[node.id], False) if node.id in self.names else None
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "sys" and node.attr in (*_INPUTS, *_OUTPUTS, *_ERRORS):
                return node.attr.strip("_"), False
            inner = self.kind(node.value) if node.attr in ("buffer", "raw") else None
            return (inner[0], True) if inner else None
        if isinstance(node, ast.Call) and node.args:
            name, first = _called(node), node.args[0]
            if name in ("open", "fdopen"):
                mode = next(
                    (
                        item.value
                        for item in (*node.args[1:2], *(one.value for one in node.keywords if one.arg == "mode"))
                        if isinstance(item, ast.Constant)
                    ),
                    "r",
                )
                number = first.value if isinstance(first, ast.Constant) else self._number(first)
                return (
                    (("stdin", "stdout", "stderr")[number], "b" in str(mode))
                    if number in (0, 1, 2) and number is not False and number is not True
                    else None
                )
            if name in _MEMORY:
                if (whole := self.whole_input(first)) is not None:
                    return "stdin", whole
                inner = self.kind(first)
                return (inner[0], name == "BufferedReader") if inner else None
        return None

    def _number(self, node) -> int | None:
        """`sys.stdin.fileno()`."""
        if _called(node) == "fileno" and isinstance(node.func, ast.Attribute) and (found := self.kind(node.func.value)):
            return ("stdin", "stdout", "stderr").index(found[0])
        return None

    def whole_input(self, node) -> bool | None:
        """All of standard input is read here: whether as bytes; None if it is not."""
        name = _called(node)
        if name == "read" and isinstance(node.func, ast.Attribute):
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "os" and node.args:
                zero = isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
                return True if zero or self._number(node.args[0]) == 0 else None
            found = self.kind(node.func.value)
            return found[1] if found and found[0] == "stdin" else None
        if name in ("encode", "decode") and isinstance(node.func, ast.Attribute) and self.whole_input(node.func.value) is not None:
            return name == "encode"
        return None

    def replaced(self, node) -> list[str] | None:
        """`sys.stdin = …`: the streams that an assignment replaces; None for any other statement."""
        if not isinstance(node, ast.Assign):
            return None
        parts = [part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
        found = [self.kind(part) for part in parts]
        return [item[0] for item in found if item] or None

    def itself(self, value) -> bool:
        """A value that standard input or output is replaced by is but that stream in another wrapping."""
        return any(
            self.kind(item) or self.whole_input(item) is not None
            for item in walk(value)
            if isinstance(item, (ast.Name, ast.Attribute, ast.Call))
        )


def read_name(attribute: str, of_bytes: bool) -> str | None:
    name = _READS.get(attribute)
    return f"{name}_bytes" if name and of_bytes else name


def write_name(attribute: str, of_bytes: bool) -> str | None:
    return "write_bytes" if attribute == "write" and of_bytes else _WRITES.get(attribute)
