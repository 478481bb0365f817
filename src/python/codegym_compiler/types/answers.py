"""The answer's form: how what the solution returns becomes JSON, for the reference and for the solver alike."""

import json
import math
from dataclasses import dataclass

from ..diagnostics import refuse
from .lattice import NONE, NOTHING, OTHER, Kind, decode, encode, encoding, kind_of, merge, native, sendable, with_article


@dataclass
class Form:
    """`kind` is None where no single kind fits; `made`: what an answer becomes first (`list`, `dict`), if anything;
    `converted`: `json.dumps` alone would lose something."""

    kind: Kind | None
    made: str | None = None
    converted: bool = False
    unordered: bool = False
    optional: bool = False
    default_arguments: object = None

    @property
    def plain(self) -> bool:
        return self.made is None and not self.converted

    def preparing(self, variable: str) -> list[str]:
        """Statements that come before the JSON form of a variable is taken."""
        return [f"{variable} = {self.made}({variable})"] if self.made else []

    def coded(self, variable: str) -> str:
        """The JSON form of a variable."""
        return encoding(self.kind, variable) if self.converted else variable

    def data(self, answer):
        """The JSON form of a settled answer."""
        if not self.converted or self.kind is None:
            return answer
        if self.unordered:
            return sorted(answer)
        return encode(self.kind, answer)

    def value(self, data):
        """What the solution would have returned, from the JSON form."""
        if self.kind is None or (data is None and self.optional):
            return data
        return decode(self.kind, data)


def dumpable(value, depth=0) -> bool:
    """`json.dumps` writes it without loss, but that tuples become lists."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return True
    if kind is float:
        return math.isfinite(value)
    if depth > 20:
        return False
    if kind in (list, tuple):
        return all(dumpable(item, depth + 1) for item in value)
    return kind is dict and all(type(key) is str for key in value) and all(dumpable(item, depth + 1) for item in value.values())


def form_of(answers: list, raw_types: set[str], line: int) -> Form:
    """The form for settled answers. `raw_types`: type names of what the solution really returned."""
    kind = NOTHING
    for answer in answers:
        if answer is not None:
            kind = merge(kind, kind_of(answer))
    optional = any(answer is None for answer in answers)
    made = None
    if raw_types & {
        "iterator",
        "generator",
        "map",
        "filter",
        "zip",
        "range",
        "reversed",
        "deque",
        "dict_keys",
        "dict_values",
        "dict_items",
    }:
        made = "list"
    elif raw_types & {"defaultdict", "Counter", "OrderedDict"}:
        made = "dict"
    if all(map(dumpable, answers)):
        known = NONE if kind == NOTHING else kind if kind != OTHER and sendable(kind) else None
        return Form(known, made, optional=optional)
    if not sendable(kind) or (optional and not native(kind)):
        raise refuse(
            "answer-kind",
            f"the solution returns {sorted(raw_types)} whose value has no exact JSON form: return numbers, texts, lists, dictionaries",
            line,
        )
    return Form(kind, made, encoding(kind, "_") != "_", unordered=kind.name in ("set", "frozenset"))


def answer_text(form: Form, answer) -> str | None:
    """Canonical JSON of an answer; None when it has none."""
    try:
        return json.dumps(form.data(answer), sort_keys=True, allow_nan=False)
    except (ValueError, TypeError):
        return None


def shape_text(form: Form) -> str:
    """What must be submitted, in words."""
    if form.kind is None:
        return "the result as JSON, in the form that the example shows" + (" (or null)" if form.optional else "")
    if form.unordered:
        return f"a list of all of them, in any order ({with_article(form.kind)})"
    text = with_article(form.kind)
    text = {"a boolean": "true or false", "null": "null"}.get(text, text)
    return f"{text}, or null" if form.optional and form.kind.name != "none" else text
