"""The form of an answer."""

from codegym_compiler.types.answers import answer_text, dumpable, form_of, shape_text
from compiled import for_seeds, refusal


def test_forms():
    assert shape_text(form_of([True, False], {"bool"}, 1)) == "true or false"
    assert shape_text(form_of([1, None], {"int", "NoneType"}, 1)) == "an integer, or null"
    assert form_of([[1], []], {"map"}, 1).made == "list"
    assert form_of([{1, 2}], {"set"}, 1).unordered


def test_what_has_no_form_is_refused():
    assert refusal(form_of, [object()], {"object"}, 7).span.line == 7


@for_seeds(100)
def test_an_answer_comes_back_from_its_form(rng):
    answers = [{rng.randint(0, 9) for _ in range(rng.randint(0, 4))} for _ in range(3)]
    form = form_of(answers, {"set"}, 1)
    for answer in answers:
        assert form.value(form.data(answer)) == answer
        assert answer_text(form, answer) == answer_text(form, set(answer))


def test_tuples_may_become_lists():
    assert dumpable([(1, "a"), None]) and not dumpable({1: 2}) and not dumpable(float("inf"))
