"""Runs the tests of the compiler without pytest: the entry for WebAssembly. Fixtures and marks are not known here."""

import importlib.util
import json
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent


def modules() -> list[Path]:
    return sorted(HERE.glob("**/test_*.py"))


def run(path: Path) -> list[dict]:
    """Each test of a file: its name, and what went wrong, if anything."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    results = []
    for name, test in vars(module).copy().items():
        if not name.startswith("test_"):
            continue
        try:
            test()
            results.append({"name": name, "failure": None})
        except Exception:
            results.append({"name": name, "failure": traceback.format_exc()})
    return results


def listed() -> str:
    return json.dumps([str(path.relative_to(HERE)) for path in modules()])


def run_one(name: str) -> str:
    return json.dumps(run(HERE / name))
