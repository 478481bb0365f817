"""Calculations."""

from codegym_compiler.outline.tool import Tool
from codegym_compiler.rules.expression import EXPRESSION
from compiled import golden, outlined, same, variants

SOLUTION = '''def digest(readings: list[int]) -> int:
    """A digest of all readings.

    >>> digest([3, 1, 2])
    1023
    """
    value = 1
    for reading in readings:
        value = (value * 31 + reading) % 9973
    return value
'''
GOLDEN = '''
# expression:9:16-9:45: (value * 31 + reading) % 9973 -> ComputeValue

def ComputeValue(self, value: int, reading: int) -> str:
    """
    Compute `value`: `(value * 31 + reading) % 9973`.

    Args:
        value (int): The value of `value`, an integer.
        reading (int): The value of `reading`, an integer.

    Returns:
        str: JSON integer, `value`.

    Example Output:
        35
    """
    return json.dumps((value * 31 + reading) % 9973)

state = ask('Observe')
readings_length = state['readings_length']
known_readings = {}

def read_reading(index):
    index += readings_length if index < 0 else 0
    if index not in known_readings:
        known_readings[index] = ask('GetReading', index=index)
    return known_readings[index]

def play_digest():
    value = 1
    for reading in map(read_reading, range(readings_length)):
        value = ask('ComputeValue', value=value, reading=reading)
    return value

answer = play_digest()
return call('Done', answer=answer)
'''


def test_golden():
    same(golden(variants(SOLUTION)["few large tools"], "expression"), GOLDEN)


def calculations(line: str) -> set[str]:
    return outlined(f"def work(items, total):\n    for item in items:\n        {line}\n    return total\n")[1].get("expression", set())


def test_an_update_says_which_variable_it_is_about():
    tool = Tool(EXPRESSION, "AddToTotal", ["total", "item"], [], "total + item", about="total", updates=True)
    assert EXPRESSION.summary(tool) == "Compute the new value of `total`: `total + item`."
    assert calculations("total += item") == {"total + item"}


def test_a_neighbour_or_a_constant_is_no_calculation():
    assert calculations("total = total * 2 + item") == {"total * 2 + item"}
    assert calculations("total = 2 + 3") == set()
    assert calculations("total = items[item + 1]") == set()
