"""A loop's body as one call."""

from compiled import golden, same, variants

SOLUTION = '''def drift(steps: list[int]) -> int:
    """Where a walk ends that turns at ten.

    >>> drift([4, 9, -2])
    9
    """
    place = 0
    for step in steps:
        place += step
        if place > 10:
            place = 20 - place
    return place
'''
GOLDEN = '''
# loop-body:9:8-11:30: place += step if place > 10: place = 20 - place -> ProcessStep

def ProcessStep(self, step: int, place: int) -> str:
    """
    Do one pass of a step and give the changed values: `place += step; if place > 10: place = 20 - place`.

    Args:
        step (int): The value of `step`, an integer.
        place (int): The value of `place`, an integer.

    Returns:
        str: JSON integer: `place` afterwards.

    Example Output:
        4
    """
    place += step
    if place > 10:
        place = 20 - place
    return json.dumps(place)

state = ask('Observe')
steps_length = state['steps_length']
known_steps = {}

def read_step(index):
    index += steps_length if index < 0 else 0
    if index not in known_steps:
        known_steps[index] = ask('GetStep', index=index)
    return known_steps[index]

def play_drift():
    place = 0
    for step in map(read_step, range(steps_length)):
        place = ask('ProcessStep', step=step, place=place)
    return place

answer = play_drift()
return call('Done', answer=answer)
'''


def test_golden():
    same(golden(variants(SOLUTION)["few large tools"], "loop-body"), GOLDEN)


def rules_of(body: str) -> set[str]:
    source = f"def walk(steps: list[int]) -> int:\n    place, seen = 0, []\n    for step in steps:\n{body}\n    return place\n"
    return {piece["rule"] for piece in variants(source)["few large tools"]["pieces"]}


def test_what_changes_something_in_place_stays_with_the_solver():
    assert "loop-body" in rules_of("        place += step\n        place = place % 11")
    assert "loop-body" not in rules_of("        seen.append(step)\n        place = place * 3 + step")


def test_a_body_of_one_step_is_no_body():
    assert "loop-body" not in rules_of("        place = place * 3 + step")
