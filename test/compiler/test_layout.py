"""One home for everything: each module has its test, each rule its line in the registry."""

from pathlib import Path

import codegym_compiler
from codegym_compiler.rules import RULES

SOURCE = Path(codegym_compiler.__file__).resolve().parent
TESTS = Path(__file__).resolve().parent


def test_each_module_has_a_test_of_its_name():
    modules = [path.relative_to(SOURCE) for path in SOURCE.glob("**/*.py") if path.name not in ("__init__.py", "rule.py")]
    assert [str(path) for path in modules if not (TESTS / path.with_name(f"test_{path.name}")).exists()] == []


def test_each_rule_is_registered_under_the_name_of_its_file():
    files = {path.stem.replace("_", "-") for path in (SOURCE / "rules").glob("*.py")} - {"--init--", "rule"}
    assert {rule.name for rule in RULES} == files


def test_rules_are_told_apart():
    assert len({rule.label for rule in RULES}) == len(RULES)
    assert len({rule.boldness for rule in RULES}) == len(RULES)


def test_no_file_is_longer_than_what_one_reads_in_a_sitting():
    """About 400 lines, and twenty of slack; the linter does the same for TypeScript."""
    python = [SOURCE, SOURCE.with_name("codegym_sandbox"), TESTS, TESTS.parent / "support"]
    lengths = {str(path): len(path.read_text().splitlines()) for folder in python for path in folder.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 420} == {}
