"""Work, counted."""

import ast

from codegym_compiler.analysis.fuel import TICK, Fuel, OverBudget, TimeUp, ticking


def ends_with(error, work) -> bool:
    try:
        work()
    except error:
        return True
    return False


def test_a_run_has_so_many_ticks():
    fuel = Fuel(60)

    def work():
        with fuel.limited(10):
            for _ in range(11):
                fuel.tick(3)

    assert ends_with(OverBudget, work)
    assert fuel.hits[3] == 11


def test_the_clock_ends_everything():
    assert ends_with(TimeUp, lambda: Fuel(-1).check())


def test_statements_tick_while_they_are_compiled_and_are_as_before_afterwards():
    body = ast.parse("def f(x):\n    y = x\n    return y\n").body
    before = ast.dump(body[0])
    hits = []
    with ticking(body):
        code = compile(ast.fix_missing_locations(ast.Module(list(body), [])), "<test>", "exec")
    assert ast.dump(body[0]) == before
    space = {TICK: hits.append}
    exec(code, space)
    space["f"](1)
    assert {2, 3} <= set(hits)
