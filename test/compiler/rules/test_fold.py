"""Builtins step by step."""

from compiled import golden, same, variants

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


def rules_of(returned: str) -> set[str]:
    source = f"def weigh(loads: list[int]) -> int:\n    return {returned} if loads else 0\n"
    return {piece["rule"] for variant in variants(source).values() for piece in variant["pieces"]}


def test_builtins_with_more_than_a_collection_stay_as_they_are():
    assert "fold" in rules_of("sum(loads) * 2 + loads[0]")
    assert "fold" not in rules_of("sum(loads, 7) * 2 + loads[0]")
    assert "fold" not in rules_of("max(loads, key=abs) * 2 + loads[0]")


def test_floats_are_not_added_one_by_one():
    source = "def weigh(loads: list[float]) -> float:\n    return round(sum(loads), 3) + max(loads) if loads else 0.0\n"
    tools = {tool for variant in variants(source).values() for tool in variant["tools"]}
    assert "Add" not in tools and "Larger" in tools
