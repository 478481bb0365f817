"""Lines of standard input for a script: what is tried without an example, and how an input is changed."""

#: Tried when the statement gives no example of the input.
USUAL = (
    ["5", "3 1 4 1 5"],
    ["3", "1 2 3"],
    ["6", "2 7 1 8 2 8"],
    ["7"],
    ["12"],
    ["3 4"],
    ["10 3"],
    ["2 3 4"],
    ["hello"],
    ["abcba"],
    ["hello world"],
    ["4", "abcd"],
    ["5 2", "3 1 4 1 5"],
    ["3 3", "1 2 3", "4 5 6", "7 8 9"],
    ["3", "1 2", "3 4", "5 6"],
    ["2", "3", "5"],
    ["3", "abc", "def", "ghi"],
    ["abc", "abd"],
    ["1 2", "3 4"],
    ["3 2", "#.", "..", ".#"],
    ["1", "3", "1 2 3"],
    ["2", "3", "1 2 3", "2", "5 4"],
    ["3.5"],
    ["1 2 3 4 5"],
)


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
