"""A loop's body as one call."""

from compiled import golden, outlined, same, variants

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


def bodies(body: str) -> set[str]:
    source = f"def walk(steps):\n    place, seen = 0, []\n    for step in steps:\n{body}\n    return place\n"
    return outlined(source, bodies=True)[1].get("loop-body", set())


def test_what_changes_something_in_place_stays_with_the_solver():
    assert bodies("        place += step\n        place = place % 11") == {"place += step; place = place % 11"}
    assert bodies("        seen.append(step)\n        place = place * 3 + step") == set()


def test_a_body_of_one_step_is_no_body():
    assert bodies("        place = place * 3 + step") == set()


def test_only_where_the_strategy_wants_it():
    assert "loop-body" not in outlined("def walk(a):\n    for b in a:\n        c = b\n        d = c * 2\n    return d\n")[1]
