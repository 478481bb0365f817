"""Calculations."""

from compiled import golden, method, same, variants

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


def calculations_in(line: str) -> set[str]:
    source = f"def work(items: list[int]) -> int:\n    total = 0\n    for item in items:\n        {line}\n    return total\n"
    found = variants(source)
    return {piece["text"] for piece in found["few large tools"]["pieces"] if piece["rule"] == "expression"}


def test_an_update_says_which_variable_it_is_about():
    source = "def work(items: list[int]) -> int:\n    total = 0\n    for item in items:\n        total += item * item\n    return total\n"
    assert "Compute the new value of `total`: `total + item * item`." in method(variants(source)["few large tools"], "AddToTotal")


def test_a_neighbour_or_a_constant_is_no_calculation():
    assert calculations_in("total = total * 2 + item") == {"total * 2 + item"}
    assert calculations_in("total += item * item % len(items[:item % 3 + 1])") != set()
