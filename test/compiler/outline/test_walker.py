"""The walk through a function: which rule is asked where."""

from compiled import outlined


def test_calls_take_the_places_of_what_left():
    text, rules = outlined("def f(a, b):\n    c = a * b\n    if c > 3:\n        return c\n    return b\n")
    assert "a * b" not in text and "c > 3" not in text
    assert rules == {"expression": {"a * b"}, "predicate": {"c > 3"}}


def test_equal_tools_are_one():
    _, rules = outlined("def f(a, b):\n    c = a * b\n    d = a * b\n    return c - d\n")
    assert rules["expression"] == {"a * b", "c - d"}


def test_a_try_that_catches_little_keeps_its_body():
    _, rules = outlined("def f(a, b):\n    try:\n        return a // b\n    except ZeroDivisionError:\n        return 0\n")
    assert rules == {}


def test_moving_a_finger_is_no_step():
    _, rules = outlined("def f(a):\n    i = 0\n    while a[i]:\n        i += 1\n    return i\n")
    assert rules == {}
