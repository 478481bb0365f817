"""Reading a source file as a syntax tree: what `contract`, `docs` and `surgery` share."""

import ast
import sys

#: Top-level modules that judged files may import.
ALLOWED_EXTRA = frozenset({"gymnasium"})
#: Modules that reach the host, the network or the interpreter's inside. The loader blocks the same names.
FORBIDDEN = frozenset(
    """
    _asyncio _ctypes _imp _interpreters _pyodide _pyodide_core _socket _thread asyncio codegym_sandbox concurrent ctypes
    faulthandler gc http importlib js micropip mmap multiprocessing pty pyodide pyodide_js resource runpy select signal socket
    socketserver ssl subprocess threading tracemalloc urllib webbrowser zipimport
    """.split()
)
#: Allowed, but a reason to look twice: an environment that only computes needs none of them.
DOUBTFUL = frozenset({"inspect", "io", "os", "pathlib", "pickle", "shutil", "tempfile"})

#: Attributes that lead from a frame, a traceback or a generator to the code that called.
PEEKING_ATTRIBUTES = frozenset(
    """
    _current_exceptions _current_frames _getframe _getframemodulename ag_frame cr_frame f_back f_builtins f_globals f_locals
    gi_frame tb_frame tb_next
    """.split()
)


class Unreadable(Exception):
    """The source has no syntax tree; carries a finding."""

    def __init__(self, finding):
        super().__init__(finding["message"])
        self.finding = finding


def finding(code, message, line=None, hint=None, severity="error"):
    result = {"severity": severity, "code": code, "message": message, "line": line}
    if hint is not None:
        result["hint"] = hint
    return result


def parse(source: str) -> ast.Module:
    """The syntax tree of a file. Raises Unreadable with the place and the reason."""
    try:
        return ast.parse(source.removeprefix("\ufeff"))
    except SyntaxError as error:
        raise Unreadable(finding("syntax", f"syntax error: {error.msg}", error.lineno)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(finding("syntax", f"cannot be parsed: {error or type(error).__name__}")) from None


def imported_roots(tree: ast.AST):
    """(top-level module, line) of every import anywhere in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield ("." if node.level else (node.module or "").split(".")[0]), node.lineno


def import_findings(tree: ast.AST):
    for root, line in imported_roots(tree):
        if root in ALLOWED_EXTRA:
            continue
        if root in DOUBTFUL:
            yield finding("doubtful-import", f"imports `{root}`, which only computing never needs", line, severity="warning")
            continue
        if root in FORBIDDEN:
            yield finding(
                "import",
                f"imports `{root}`, which environments and solvers may not use",
                line,
                "Keep to the parts of the standard library that only compute: json, math, collections, heapq, …",
            )
        elif root not in sys.stdlib_module_names:
            yield finding(
                "import",
                f"imports `{root}`, which is not in the standard library",
                line,
                "Only the standard library and gymnasium can be imported.",
            )


def base_names(node: ast.ClassDef):
    return [ast.unparse(base) for base in node.bases]


def find_environment(tree: ast.Module, class_name: str | None):
    """The environment's class: the named one, else the only top-level class that derives from Env."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    if class_name is not None:
        return next((node for node in classes if node.name == class_name), None)
    derived = [node for node in classes if any(base.split(".")[-1] == "Env" for base in base_names(node))]
    named = [node for node in derived if node.name.endswith("Env")]
    return (named or derived or [None])[0]


def methods_of(node: ast.ClassDef):
    return {item.name: item for item in node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))}


def decorator_names(function):
    return [ast.unparse(item) for item in function.decorator_list]


def configs_in(tree: ast.AST, class_name: str):
    """Configurations in string literals `<Name>Env@{…}`, in order, without repeats; the bare prefix is none."""
    seen = {}
    prefix = class_name + "@"
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(prefix):
            config = node.value[len(prefix) :]
            if config.lstrip().startswith("{"):
                seen.setdefault(config, None)
    return list(seen)
