"""Conditions."""

from compiled import golden, outlined, same, variants

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


def checks(test: str) -> set[str]:
    return outlined(f"def count(items, mark):\n    for item in items:\n        if {test}:\n            return item\n")[1].get(
        "predicate", set()
    )


def test_comparisons_and_what_joins_them_are_checks():
    assert checks("item > mark") == {"item > mark"}
    assert checks("item > mark or item == 0") == {"item > mark or item == 0"}


def test_identity_is_no_check():
    assert checks("item is not None") == set()
