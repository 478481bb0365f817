"""Conditions."""

from compiled import golden, same, variants

SOLUTION = '''def crossings(levels: list[int], mark: int) -> int:
    """How often the level passes the mark.

    >>> crossings([1, 5, 2], 3)
    2
    """
    count = 0
    for place in range(1, len(levels)):
        if (levels[place - 1] < mark) != (levels[place] < mark):
            count += 1
    return count
'''
GOLDEN = '''
# expression:9:11-9:63: (levels[place - 1] < mark) != (levels[place] < mark) -> CheckLevelsMark

def CheckLevelsMark(self, level: int, mark: int, level2: int) -> str:
    """
    Tell whether `(level < mark) != (level2 < mark)` holds.

    Args:
        level (int): The value of `level`, an integer.
        mark (int): The value of `mark`, an integer.
        level2 (int): The value of `level2`, an integer.

    Returns:
        str: JSON boolean, true or false.

    Example Output:
        false
    """
    return json.dumps((level < mark) != (level2 < mark))

state = ask('Observe')
levels_length = state['levels_length']
known_levels = {}

def read_level(index):
    index += levels_length if index < 0 else 0
    if index not in known_levels:
        known_levels[index] = ask('GetLevel', index=index)
    return known_levels[index]

mark = state['mark']

def play_crossings(mark):
    count = 0
    for place in range(1, levels_length):
        if ask('CheckLevelsMark', level=read_level(place - 1), mark=mark, level2=read_level(place)):
            count = ask('IncreaseCount', count=count)
    return count

answer = play_crossings(mark=mark)
return call('Done', answer=answer)
'''


def test_golden():
    same(golden(variants(SOLUTION)["steps and checks"], "predicate"), GOLDEN)


def checks_in(test: str) -> set[str]:
    source = f"def count(items: list[int], mark: int) -> int:\n    found = 0\n    for item in items:\n        if {test}:\n            found += item % 3\n    return found\n"
    return {piece["text"] for variant in variants(source).values() for piece in variant["pieces"] if piece["rule"] == "predicate"}


def test_comparisons_and_what_joins_them_are_checks():
    assert checks_in("item > mark") == {"item > mark"}
    assert "item > mark or item == 0" in checks_in("item > mark or item == 0")


def test_sizes_and_identity_are_no_checks():
    assert checks_in("item is not None") == set()
    assert checks_in("len(items) > 2") == set()
