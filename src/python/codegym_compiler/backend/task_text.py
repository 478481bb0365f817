"""The task's text: the problem in plain words, what is hidden, and what must be submitted."""

import json
import re

from ..analysis.access import SIZED
from ..frontend.statement import plain_statement
from ..types.answers import answer_text, shape_text
from ..types.functions import told
from ..types.lattice import with_article, words

_FILLERS = frozenset(
    (
        "the you are and for given from that this with each your task write program find have has there was were his her its can will which"
    ).split()
)


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def _hidden_text(program, hidden) -> str:
    dark = [item for item in hidden if item.form in SIZED]
    known = [f"`{item.name}`" for item in hidden if item.form == "scalar"]
    functions = [item for item in hidden if item.form == "function"]
    parts = []
    if program.style == "script":
        parts.append(
            (
                "The input is hidden: lines of text. Observe tells how many there are; GetLine "
                "reads one a call, counted from 0; the other tools do single steps."
            )
        )
    elif dark:
        listed = _listed([f"`{item.name}` ({with_article(item.kind)})" for item in dark])
        sizes = "its size" if len(dark) == 1 else "their sizes"
        value = f" and the value{'s' if len(known) > 1 else ''} of {_listed(known)}" if known else ""
        parts.append(
            (
                f"The input is hidden: {listed}. Observe tells {sizes}{value}; the other tools "
                "read one part a call or do a single step. Places are counted from 0."
            )
        )
    elif known:
        parts.append(f"Observe tells the value{'s' if len(known) > 1 else ''} of {_listed(known)}; the other tools do single steps.")
    for item in functions:
        parts.append(f"`{item.name}` is a hidden {words(item.kind)}: a tool applies it, and Observe does not show it.")
    return " ".join(parts)


def task_text(statement, program, hidden, form, example, batched: bool) -> str:
    """`example`: a case with its answer, shown in full."""
    parts = [plain_statement(statement, program) or f"Find the result of `{program.called}` for a hidden input."]
    if batched:
        listed = _listed([f"`{item.name}` ({with_article(item.kind)})" for item in hidden])
        parts.append(
            (
                f"There are several hidden cases, and this is to be done for each of them. A case consists of {listed}. Observe tells how many "
                "cases there are; the other tools read one part of a case a call, counted from 0, or do a single step."
            )
        )
    else:
        parts.append(_hidden_text(program, hidden))
    shape = (
        shape_text(form)
        if program.style != "script"
        else "the text that is to be printed, as one string: lines separated by newlines, no newline at the end"
    )
    parts.append(
        f"Submit the answer with Done: {'a list with one result for each case, in their order; each result is ' if batched else ''}{shape}."
    )
    if example is not None:
        shown = ", ".join(_shown(item, example.arguments[item.name]) for item in hidden)
        parts.append(f"Example: for {shown} the {'result of that case' if batched else 'answer'} is {answer_text(form, example.answer)}.")
    return "\n\n".join(part for part in parts if part)


def _shown(item, value):
    if item.form == "function":
        return f"{item.name}({', '.join(('x', 'y', 'z')[: len(item.kind.parts) - 1])}) = {told(value)}"
    value = sorted(value) if isinstance(value, (set, frozenset)) else value
    return f"{item.name} = {json.dumps(value, ensure_ascii=False, default=list)}"


def title_of(statement: str) -> str:
    """A name for a script's environment: the statement's heading, or its first telling words."""
    first = next((line.strip("#* \t") for line in statement.split("\n") if line.strip("#* \t")), "")
    telling = [word for word in re.findall(r"[A-Za-z]{3,}", first) if word.lower() not in _FILLERS]
    return "".join(word.capitalize() for word in telling[:3]) or "Script"
