"""Calls of the solution's own functions."""

from codegym_compiler.outline.tool import Tool
from codegym_compiler.rules.helper import HELPER
from compiled import golden, outlined, same, variants

SOLUTION = '''def toll(weight: int) -> int:
    """The toll for one cart."""
    return 2 if weight < 5 else 7


def tolls(carts: list[int]) -> int:
    """What all carts pay.

    >>> tolls([3, 8, 5])
    16
    """
    total = 0
    for cart in carts:
        total += toll(cart)
    return total
'''
GOLDEN = '''
# helper:14:17-14:27: toll(cart) -> Toll

def Toll(self, weight: int) -> str:
    """
    The toll for one cart.

    Args:
        weight (int): The value of `weight`, an integer.

    Returns:
        str: JSON integer, the result.

    Example Output:
        7
    """
    return json.dumps(toll(weight=weight))

state = ask('Observe')
carts_length = state['carts_length']
known_carts = {}

def read_cart(index):
    index += carts_length if index < 0 else 0
    if index not in known_carts:
        known_carts[index] = ask('GetCart', index=index)
    return known_carts[index]

def play_tolls():
    total = 0
    for cart in map(read_cart, range(carts_length)):
        total = ask('AddToTotal', total=total, toll_value=ask('Toll', weight=cart))
    return total

answer = play_tolls()
return call('Done', answer=answer)
'''


def test_golden():
    same(golden(variants(SOLUTION)["few large tools"], "helper"), GOLDEN)


def helpers(before: str, **strategy) -> set[str]:
    source = f"{before}\n\n\ndef settle(loads):\n    total = 0\n    for load in loads:\n        total += pay(load) * 2\n    return total\n"
    return outlined(source, **strategy)[1].get("helper", set())


def test_a_function_that_changes_something_is_no_tool():
    assert helpers("def pay(load):\n    return load % 5 + 1") == {"pay(load)"}
    assert helpers("paid = []\n\n\ndef pay(load):\n    paid.append(load)\n    return load % 5 + 1") == set()


def test_only_where_the_strategy_wants_it():
    assert helpers("def pay(load):\n    return load % 5 + 1", helpers=False) == set()


def test_the_whole_solution_is_no_step():
    assert outlined("def pay(load):\n    return load % 5 + 1\n\n\ndef settle(loads):\n    return pay(loads)\n")[1] == {}


def test_without_a_docstring_the_code_is_what_is_told():
    tool = Tool(HELPER, "Pay", ["load"], [], "pay(load)")
    assert HELPER.summary(tool) == "Do the step `pay(load)` of the task."
