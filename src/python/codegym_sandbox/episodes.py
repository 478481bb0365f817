"""Playing judged environments: reference answers, solver runs, replays, steps by hand."""

import json
import time
import tracemalloc

from .jsonform import NotJson, answer_text, tagged
from .loader import captured_output, run_module

MAX_TRACE_CHARS = 4_000_000
MAX_OBSERVATION_CHARS = 200_000
#: Attributes that every environment has and that are no hidden state.
PLUMBING = frozenset({"func_mapping"})


class Rejected(Exception):
    """The judged code broke its contract in a way that only running shows."""


class StepLimit(BaseException):
    """Too many steps. No Exception, so that a solver's `except Exception` does not swallow it."""


class _Current:
    """What `load_*` and `start` left for the calls after them."""

    def __init__(self):
        self.cls = None
        self.solver = None
        self.played = None


current = _Current()


def load_environment(source, className):
    current.solver = current.played = current.cls = None
    with captured_output():
        module = run_module(source, "<environment>", "environment")
    cls = getattr(module, className, None)
    if not isinstance(cls, type):
        raise Rejected(f"running the module defines no class `{className}`")
    current.cls = cls
    return {}


def load_solver(solver):
    current.solver = None
    with captured_output():
        module = run_module(solver, "<solver>", "solver")
    function = getattr(module, "solve", None)
    if not callable(function):
        raise Rejected("running the solver defines no function `solve`")
    current.solver = function
    return {}


def _instance(config):
    name = current.cls.__name__
    environment = current.cls.from_env_str(f"{name}@{config}")
    if not isinstance(environment, current.cls):
        raise Rejected(f"from_env_str gave {type(environment).__name__} for its own configuration")
    return environment


def _outcome(environment):
    reward, finished = environment.reward, environment.finished
    if isinstance(reward, bool) or not isinstance(reward, (int, float)):
        raise Rejected(f"`reward` is of type {type(reward).__name__}, not a number")
    return {"reward": float(reward), "finished": bool(finished)}


def _state(environment):
    return {
        name: tagged(value) for name, value in vars(environment).items() if isinstance(name, str) and name not in PLUMBING
    }


def _checked_step(environment, action):
    answer = environment.step(action)
    if type(answer) is not tuple or len(answer) != 2:
        raise Rejected(f"`step` returned {type(answer).__name__}, not (bool, str)")
    ok, observation = answer
    if not isinstance(ok, bool) or not isinstance(observation, str):
        raise Rejected(f"`step` returned ({type(ok).__name__}, {type(observation).__name__}), not (bool, str)")
    if len(observation) > MAX_OBSERVATION_CHARS:
        raise Rejected(f"an observation has {len(observation)} characters, more than {MAX_OBSERVATION_CHARS}")
    return ok, str(observation)


def _measured(work, memory):
    """(result, ms, peak bytes): memory is traced only when asked for, tracing slows Python down."""
    if memory:
        tracemalloc.start()
    began = time.perf_counter()
    try:
        result = work()
        ms = (time.perf_counter() - began) * 1000
        peak = tracemalloc.get_traced_memory()[1] if memory else 0
    finally:
        if memory:
            tracemalloc.stop()
    return result, ms, peak


def run_main(source):
    with captured_output() as output:
        _, ms, peak = _measured(lambda: run_module(source, "<environment>", "__main__"), True)
    return {"output": output.text(), "ms": ms, "peakBytes": peak}


def reference_answer(config, answerChars, memory):
    def compute():
        try:
            return answer_text(_instance(config).get_ref_answer())
        except NotJson as error:
            raise Rejected(str(error)) from None

    with captured_output():
        answer, ms, peak = _measured(compute, memory)
    if len(answer) > answerChars:
        raise Rejected(f"the reference answer has {len(answer)} characters, more than the limit of {answerChars}")
    return {"answer": answer, "ms": ms, "peakBytes": peak}


class _Handle:
    """All that a solver gets as `self`: one method."""

    __slots__ = ("step",)

    def __init__(self, step):
        self.step = step


def solve(config, maxSteps, trace, states, memory):
    if current.solver is None:
        raise Rejected("no solver is loaded")
    with captured_output():
        environment = _instance(config)
        steps, seen, room = [], [], [MAX_TRACE_CHARS]
        count = [0]
        if states:
            seen.append(_state(environment))

        def step(action):
            count[0] += 1
            if count[0] > maxSteps:
                raise StepLimit(f"more than {maxSteps} steps")
            if not isinstance(action, str):
                raise TypeError(f"step takes the action's JSON text, not {type(action).__name__}")
            ok, observation = _checked_step(environment, action)
            if trace:
                room[0] -= len(action) + len(observation)
                if room[0] < 0:
                    raise StepLimit(f"the trace has more than {MAX_TRACE_CHARS} characters")
                steps.append({"action": action, "ok": ok, "observation": observation})
            if states:
                seen.append(_state(environment))
            return ok, observation

        _, ms, peak = _measured(lambda: current.solver(_Handle(step)), memory)
        return {**_outcome(environment), "rounds": count[0], "ms": ms, "peakBytes": peak, "trace": steps, "states": seen}


def replay(config, actions):
    with captured_output():
        environment = _instance(config)
        steps = []
        for action in actions:
            ok, observation = _checked_step(environment, action)
            steps.append({"ok": ok, "observation": observation})
        return {"steps": steps, **_outcome(environment)}


def feed(steps):
    if current.solver is None:
        raise Rejected("no solver is loaded")
    actions = []

    def step(action):
        if len(actions) >= len(steps):
            raise StepLimit("more actions than were recorded")
        actions.append(str(action))
        recorded = steps[len(actions) - 1]
        return recorded["ok"], recorded["observation"]

    with captured_output():
        current.solver(_Handle(step))
    return {"actions": actions}


def _played(state):
    environment = current.played
    outcome = _outcome(environment)
    count = getattr(environment, "step_count", 0)
    return {**outcome, "steps": count if type(count) is int else 0, "state": _state(environment) if state else None}


def start(config, state):
    with captured_output():
        current.played = _instance(config)
        return _played(state)


def step(action, state):
    if current.played is None:
        raise Rejected("no episode was started")
    with captured_output():
        ok, observation = _checked_step(current.played, action)
        return {**_played(state), "ok": ok, "observation": observation}


def done_answers(actions):
    """The canonical answer that each action carries; None for what is no well-formed call of Done."""

    def answer(action):
        try:
            call = json.loads(action)
            if call["name"] != "Done":
                return None
            return answer_text(call["parameters"]["answer"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    return {"answers": [answer(action) for action in actions]}


def wrong_actions(answers):
    """For each canonical answer a call of Done with another value of the same type."""

    def other(value):
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + 7919
        if isinstance(value, float):
            return value + 7919.25
        if isinstance(value, str):
            return value + " (not the answer)"
        if isinstance(value, list):
            return [*value, "not in the answer"]
        if isinstance(value, dict):
            return {**value, "not in the answer": 1}
        return "not the answer"

    return {
        "actions": [json.dumps({"name": "Done", "parameters": {"answer": other(json.loads(answer))}}) for answer in answers]
    }
