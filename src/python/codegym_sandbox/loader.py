"""Running judged source: its own builtins, blocked imports, capped output, exceptions as data.

None of this is the wall (the frame and the host's clock are): it keeps honest mistakes from spreading and
makes what went wrong readable.
"""

import builtins
import functools
import io
import linecache
import sys
import types

from .source import FORBIDDEN

OUTPUT_CHARS = 64_000
TRACEBACK_CHARS = 8_000
MESSAGE_CHARS = 2_000
JUDGED_FILES = ("<environment>", "<solver>")


class CappedText(io.TextIOBase):
    """Collects what judged code prints, up to a cap; the rest is dropped."""

    def __init__(self):
        self._parts, self._room = [], OUTPUT_CHARS

    def writable(self):
        return True

    def write(self, text):
        if self._room > 0:
            kept = text[: self._room]
            self._parts.append(kept)
            self._room -= len(kept)
        return len(text)

    def text(self) -> str:
        return "".join(self._parts) + ("" if self._room > 0 else "\n… (more was printed and dropped)")


class captured_output:
    """Context manager: stdout and stderr go to a CappedText; stdin is empty."""

    def __enter__(self):
        self._saved = sys.stdout, sys.stderr, sys.stdin
        output = CappedText()
        sys.stdout = sys.stderr = output
        sys.stdin = io.StringIO("")
        return output

    def __exit__(self, *_):
        sys.stdout, sys.stderr, sys.stdin = self._saved


_import = builtins.__import__


def _guarded_import(name, globals=None, locals=None, fromlist=(), level=0):
    if level == 0 and name.split(".")[0] in FORBIDDEN:
        raise ImportError(f"`{name}` cannot be imported here")
    return _import(name, globals, locals, fromlist, level)


def _builtins() -> dict:
    copy = dict(vars(builtins))
    copy["__import__"] = _guarded_import
    for name in ("breakpoint", "help", "exit", "quit"):
        copy.pop(name, None)
    return copy


@functools.lru_cache(maxsize=8)
def _compiled(source: str, file_name: str):
    """Each episode runs its module again, and reading it takes longer than running it."""
    return compile(source.removeprefix("\ufeff"), file_name, "exec", dont_inherit=True)


def run_module(source: str, file_name: str, module_name: str) -> types.ModuleType:
    """Executes source as a new module. Whatever it raises goes through."""
    linecache.cache[file_name] = (len(source), None, source.splitlines(keepends=True), file_name)
    code = _compiled(source, file_name)
    module = types.ModuleType(module_name)
    module.__dict__["__builtins__"] = _builtins()
    module.__dict__["__file__"] = file_name
    if module_name != "__main__":
        # dataclasses and typing look a class's module up by name.
        sys.modules[module_name] = module
    exec(code, module.__dict__)
    return module


def _safe_text(value, cap) -> str:
    try:
        text = str.__str__(str(value))
    except BaseException:  # a hostile __str__
        text = "(its text could not be read)"
    return text if len(text) <= cap else text[:cap] + "…"


def failure_of(error: BaseException) -> dict:
    """An exception as `domain/errors.ts` PythonFailure: type, message, line in the judged source, traceback."""
    try:
        return _described(error)
    except BaseException:  # hostile class or attributes
        return {"type": "Exception", "message": "(the exception could not be read)", "line": None, "traceback": ""}


def _described(error: BaseException) -> dict:
    line, rows = None, []
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename in JUDGED_FILES:
            line = frame.tb_lineno
            name = frame.tb_frame.f_code.co_name
            file_name = frame.tb_frame.f_code.co_filename
            rows.append(f"  {file_name}, line {line}, in {name}\n    {linecache.getline(file_name, line).strip()}")
        frame = frame.tb_next
    if isinstance(error, SyntaxError):
        # Judged code may also parse a text of its own; then the place is where it does so.
        if error.filename in JUDGED_FILES and type(error.lineno) is int:
            line = error.lineno
        message = _safe_text(error.msg, MESSAGE_CHARS)
    else:
        message = _safe_text(error, MESSAGE_CHARS)
    if len(rows) > 30:
        rows = rows[:10] + [f"  … {len(rows) - 20} more frames"] + rows[-10:]
    name = _safe_text(type(error).__name__, 200)
    text = "\n".join(["Traceback (most recent call last):", *rows, f"{name}: {message}"])
    return {"type": name, "message": message, "line": line, "traceback": text[:TRACEBACK_CHARS]}


def seal() -> None:
    """After boot, before any judged code: no host modules, no writable places to import from."""
    for name in FORBIDDEN & {"js", "pyodide_js", "_pyodide_core", "micropip", "ctypes", "_ctypes"}:
        sys.modules[name] = None
    sys.path[:] = [path for path in sys.path if path.endswith(".zip")]
    sys.path_importer_cache.clear()


__all__ = ["captured_output", "failure_of", "run_module", "seal"]
