"""The task's text."""

from codegym_compiler.backend.task_text import title_of
from compiled import variants


def test_it_tells_what_is_hidden_and_what_is_wanted():
    source = "def f(items: list[int], limit: int) -> int:\n    total = 0\n    for item in items:\n        total += item % (limit * limit + 1)\n    return total\n"
    text = next(iter(variants(source, "Sum the rests.").values()))["taskText"]
    assert "Sum the rests." in text and "`items` (a list of integers)" in text and "`limit`" in text and "an integer" in text


def test_titles():
    assert title_of("Print the longest word of all.") != ""
