"""Builtins step by step."""

from codegym_compiler.analysis.profile import Seen
from codegym_compiler.outline.tool import Tool
from codegym_compiler.rules.fold import FOLD
from codegym_compiler.types.lattice import FLOAT
from compiled import golden, outlined, same, variants

SOLUTION = '''def spread(loads: list[int]) -> int:
    """How far the loads are apart, and their sum.

    >>> spread([3, 8, 5])
    21
    """
    return sum(loads) + max(loads) - min(loads) if loads else 0
'''
GOLDEN = '''
# fold:7:11-7:21: sum(loads) -> Add
# fold:7:24-7:34: max(loads) -> Larger
# fold:7:37-7:47: min(loads) -> Smaller

def Add(self, left: int, right: int) -> str:
    """
    Add two numbers.

    Args:
        left (int): The value of `left`, an integer.
        right (int): The value of `right`, an integer.

    Returns:
        str: JSON integer, the result.

    Example Output:
        3
    """
    return json.dumps(left + right)

def Larger(self, left: int, right: int) -> str:
    """
    Give the larger of two values; the left one when they are equal.

    Args:
        left (int): The value of `left`, an integer.
        right (int): The value of `right`, an integer.

    Returns:
        str: JSON integer, the result.

    Example Output:
        8
    """
    return json.dumps(right if right > left else left)

def Smaller(self, left: int, right: int) -> str:
    """
    Give the smaller of two values; the left one when they are equal.

    Args:
        left (int): The value of `left`, an integer.
        right (int): The value of `right`, an integer.

    Returns:
        str: JSON integer, the result.

    Example Output:
        3
    """
    return json.dumps(right if right < left else left)

state = ask('Observe')
loads = [ask('GetLoad', index=index) for index in range(state['loads_length'])]

def total(items, start=0):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    for item in items:
        start = ask('Add', left=start, right=item)
    return start

def largest(items):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    items = iter(items)
    best = next(items)
    for item in items:
        best = ask('Larger', left=best, right=item)
    return best

def smallest(items):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    items = iter(items)
    best = next(items)
    for item in items:
        best = ask('Smaller', left=best, right=item)
    return best

def play_spread(loads):
    return ask('SubtractLoads', value=ask('AddLoads', sum_value=total(loads), max_value=largest(loads)), min_value=smallest(loads)) if loads else 0

answer = play_spread(loads=loads)
return call('Done', answer=answer)
'''


def test_golden():
    same(golden(variants(SOLUTION)["many small tools"], "fold"), GOLDEN)


def folds(returned: str, **strategy) -> set[str]:
    return outlined(f"def weigh(loads):\n    return {returned}\n", **strategy)[1].get("fold", set())


def test_builtins_with_more_than_a_collection_stay_as_they_are():
    assert folds("sum(loads) * 2", small=True) == {"left + right"}
    assert folds("sorted(loads)[0]", small=True) == {"left < right"}
    assert folds("sum(loads, 7) * 2", small=True) == set()
    assert folds("max(loads, key=abs) * 2", small=True) == set()


def test_only_where_the_strategy_wants_it():
    assert folds("sum(loads) * 2") == set()


def test_floats_are_not_added_one_by_one():
    seen = Seen({"left": FLOAT, "right": FLOAT})
    assert not FOLD.fits(Tool(FOLD, "Add", [], [], "left + right"), seen)
    assert FOLD.fits(Tool(FOLD, "ComesBefore", [], [], "left < right"), seen)
