"""Examples in the form of standard input and output, and how their lines become parameters."""

import itertools
import re

from ..types.lattice import Kind

_HEAD = re.compile(r"^\W*(?:sample|example)?\s*(input|output)s?\s*(?:#?\d+)?\s*[:*_`]*\s*(.*)$", re.I)
_END = re.compile(r"^\W*(?:note|notes|explanation|constraints?|examples?|sample|hint|limits?|scoring|example \d+)\b\W*(?:\d+)?\W*$", re.I)
MAX_BLOCKS = 8


def blocks(statement: str) -> list[tuple[list[str], list[str]]]:
    """(input lines, output lines) of each example; prose in such places comes along and fails to map later."""
    found, current, parts = [], None, {"input": [], "output": []}

    def finish():
        if parts["input"] and parts["output"]:
            found.append((_trimmed(parts["input"]), _trimmed(parts["output"])))
        parts["input"], parts["output"] = [], []

    for line in statement.split("\n"):
        match = _HEAD.match(line.strip())
        if match and len(line) < 400:
            kind = match.group(1).lower()
            if kind == "input":
                finish()
            current = kind
            if match.group(2) and not match.group(2).startswith("```"):
                parts[kind].append(match.group(2).strip("`* "))
        elif _END.match(line.strip()) and current is not None:
            finish()
            current = None
        elif current is not None and not line.strip().startswith("```"):
            parts[current].append(line.rstrip("\r"))
    finish()
    return [item for item in found if item[0] and item[1]][:MAX_BLOCKS]


def _trimmed(lines):
    lines = list(lines)
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def expected_tokens(lines) -> list[str]:
    """The output's words, up to the first blank line."""
    result = []
    for line in lines:
        if not line.strip():
            break
        result.extend(line.split())
    return result


def answer_tokens(answer) -> list[str]:
    if isinstance(answer, (list, tuple)):
        return [token for item in answer for token in answer_tokens(item)]
    if isinstance(answer, dict):
        return [token for pair in answer.items() for token in answer_tokens(pair)]
    return str(answer).split()


def agrees(answer, output) -> bool:
    """The answer, printed in any usual way, is the expected output."""
    ours, theirs = answer_tokens(answer), expected_tokens(output)
    if len(ours) != len(theirs):
        return False

    def same(one, two):
        if one == two or one.lower() == two.lower():
            return True
        if {one.lower(), two.lower()} in ({"true", "yes"}, {"false", "no"}):
            return True
        try:
            return abs(float(one) - float(two)) < 1e-4
        except ValueError:
            return False

    return all(map(same, ours, theirs))


class _Reader:
    def __init__(self, lines):
        self.rows = [line.split() for line in lines if line.strip()]
        self.raw = [line for line in lines if line.strip()]
        self.row = self.column = 0

    def token(self):
        value = self.rows[self.row][self.column]
        self.column += 1
        if self.column >= len(self.rows[self.row]):
            self.row, self.column = self.row + 1, 0
        return value

    def rest(self):
        value = self.rows[self.row][self.column :]
        self.row, self.column = self.row + 1, 0
        return value

    def line(self):
        if self.column:
            return " ".join(self.rest())
        self.row += 1
        return self.raw[self.row - 1]

    @property
    def left(self):
        return len(self.rows) - self.row

    def ended(self):
        return self.row >= len(self.rows)


def _scalar(kind: Kind, token: str):
    if kind.name == "int":
        return int(token)
    if kind.name in ("float", "number"):
        return float(token)
    if kind.name == "bool":
        return token.lower() in ("1", "true", "yes")
    return token


def _take(reader: _Reader, kind: Kind, last: bool, number: int | None):
    if kind.name in ("int", "float", "number", "bool"):
        return _scalar(kind, reader.token())
    if kind.name == "str":
        return reader.line() if not reader.column else reader.token()
    if kind.name in ("list", "sequence"):
        part = kind.parts[0]
        if part.name in ("list", "tuple", "sequence"):
            count = reader.left if last or number is None else min(number, reader.left)
            return [_row(part, reader.rest()) for _ in range(count)]
        several = number is not None and number > 1 and reader.left >= number and len(reader.rows[reader.row]) == 1
        if several or (part.name == "str" and last and reader.left > 1):
            count = number if several else reader.left
            return [reader.line() if part.name == "str" else _scalar(part, reader.token()) for _ in range(count)]
        return [_scalar(part, token) for token in reader.rest()]
    raise ValueError(kind.name)


def _row(kind: Kind, tokens):
    if kind.name == "tuple":
        if len(tokens) != len(kind.parts):
            raise ValueError("another number of columns")
        return tuple(_scalar(part, token) for part, token in zip(kind.parts, tokens))
    part = kind.parts[0]
    if len(tokens) == 1 and len(tokens[0]) > 1 and (part.name == "str" or set(tokens[0]) <= set("01")):
        tokens = list(tokens[0])
    return [_scalar(part, token) for token in tokens]


def _mapped(lines, names, kinds, drop: int) -> dict | None:
    """Parameters from lines, the first `drop` lines (sizes that are no parameters) left out."""
    reader, given, number = _Reader(lines), {}, None
    try:
        for _ in range(drop):
            first = reader.rest()
            number = int(first[0]) if first and first[0].lstrip("-").isdigit() else None
        for index, (name, kind) in enumerate(zip(names, kinds)):
            given[name] = _take(reader, kind, index == len(names) - 1, number)
            if kind.name == "int":
                number = given[name]
        return given if reader.ended() else None
    except (ValueError, IndexError):
        return None


def _begins_with_size(lines) -> bool:
    """The first line only says how many lines, or how many words on the next one, follow."""
    rows = [line.split() for line in lines if line.strip()]
    if len(rows) < 2 or len(rows[0]) > 2 or not all(item.isdigit() for item in rows[0]):
        return False
    return int(rows[0][0]) in (len(rows) - 1, len(rows[1]))


def mapped_inputs(examples, names, options, run) -> list[dict]:
    """Argument sets for the examples under the first reading whose answers agree with the outputs.

    `options`: kinds to try for each name; `run(arguments)` gives (ran, answer)."""
    combinations = sorted(itertools.product(*(range(len(item)) for item in options)), key=lambda item: (sum(item), item))[:60]
    best: list[dict] = []
    for drop in (1, 0) if options[0][0].name != "int" and all(_begins_with_size(lines) for lines, _ in examples) else (0, 1):
        for combination in combinations:
            kinds = [options[index][choice] for index, choice in enumerate(combination)]
            found = []
            for lines, output in examples:
                given = _mapped(lines, names, kinds, drop)
                if given is None:
                    continue
                ran, answer = run(given)
                if ran and agrees(answer, output):
                    found.append(given)
            if len(found) > len(best):
                best = found
            if len(best) == len(examples):
                return best
    return best
