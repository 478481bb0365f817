"""Playing judged environments: reference answers, solver runs, replays, steps by hand."""

import json
import random
import re
import time
import tracemalloc

from .jsonform import NotJson, Room, answer_text, tagged
from .loader import captured_output, run_module

MAX_TRACE_CHARS = 4_000_000
MAX_OBSERVATION_CHARS = 200_000
#: Hidden states of one whole run, so that what is sent stays below what the host takes.
MAX_STATE_CHARS = 4_000_000
#: Attributes that every environment has and that are no hidden state.
PLUMBING = frozenset({"func_mapping", "_options"})


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
        #: Takes an action's text and gives "1…" or "0…", the observation that it earns; None when there is no more.
        self.prompt = None


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


def _state(environment, left):
    """What the environment's attributes are, taken from the characters `left` for all states of the run."""
    attributes = getattr(environment, "__dict__", {})
    parts, chars = max(0, min(4000, left[0] // 20)), max(0, min(400_000, left[0]))
    room = Room(parts, chars)
    state = {name: tagged(value, room) for name, value in dict.items(attributes) if type(name) is str and name not in PLUMBING}
    # Numbers and brackets take place too: some 20 characters a part.
    left[0] -= chars - room.chars + 20 * (parts - room.parts)
    return state


def _checked_step(environment, action):
    answer = environment.step(action)
    if type(answer) is not tuple or len(answer) != 2:
        raise Rejected(f"`step` returned {type(answer).__name__}, not (bool, str)")
    ok, observation = answer
    if type(ok) is not bool or not issubclass(type(observation), str):
        raise Rejected(f"`step` returned ({type(ok).__name__}, {type(observation).__name__}), not (bool, str)")
    observation = str.__str__(observation)
    if len(observation) > MAX_OBSERVATION_CHARS:
        raise Rejected(f"an observation has {len(observation)} characters, more than {MAX_OBSERVATION_CHARS}")
    return ok, observation


def _checked_action(action):
    if not issubclass(type(action), str):
        raise TypeError(f"step takes the action's JSON text, not {type(action).__name__}")
    return str.__str__(action)


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
        count, left = [0], [MAX_STATE_CHARS]
        if states:
            seen.append(_state(environment, left))

        def step(action):
            count[0] += 1
            if count[0] > maxSteps:
                raise StepLimit(f"more than {maxSteps} steps")
            action = _checked_action(action)
            ok, observation = _checked_step(environment, action)
            if trace:
                room[0] -= len(action) + len(observation)
                if room[0] < 0:
                    raise StepLimit(f"the trace has more than {MAX_TRACE_CHARS} characters")
                steps.append({"action": action, "ok": ok, "observation": observation})
            if states:
                seen.append(_state(environment, left))
            return ok, observation

        _, ms, peak = _measured(lambda: current.solver(_Handle(step)), memory)
        return {**_outcome(environment), "rounds": count[0], "ms": ms, "peakBytes": peak, "trace": steps, "states": seen}


def replay(config, actions):
    with captured_output():
        environment = _instance(config)
        steps, ended = [], None
        for index, action in enumerate(actions):
            ok, observation = _checked_step(environment, action)
            steps.append({"ok": ok, "observation": observation})
            if ended is None and environment.finished:
                ended = index
        return {"steps": steps, "finishedAt": ended, **_outcome(environment)}


def feed():
    """The solver alone, on a recorded episode. What it does is kept where Python cannot reach."""
    if current.solver is None:
        raise Rejected("no solver is loaded")
    prompt, ended = current.prompt, [False]

    def step(action):
        given = prompt(_checked_action(action))
        if given is None:
            ended[0] = True
            raise StepLimit("no more observations")
        return given[0] == "1", given[1:]

    with captured_output():
        try:
            current.solver(_Handle(step))
        except BaseException:
            # Stopped in mid-way, it may fail in any way of its own.
            if not ended[0]:
                raise


def _played(state):
    environment = current.played
    outcome = _outcome(environment)
    count = getattr(environment, "step_count", 0)
    return {**outcome, "steps": count if type(count) is int else 0, "state": _state(environment, [MAX_STATE_CHARS]) if state else None}


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


_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
#: Beyond what an answer may have (jsonform.MAX_DEPTH) and far below what overflows the stack of Python's reader.
MAX_NESTING = 100


def _nesting(action):
    """How deep the brackets of a JSON text go, counted without reading it."""
    depth = deepest = 0
    for character in _STRING.sub("", action):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def done_answers(actions):
    """The canonical answer that each action carries; None for what is no well-formed call of Done."""

    def answer(action):
        if _nesting(action) > MAX_NESTING:
            return None
        try:
            call = json.loads(action)
            if call["name"] != "Done":
                return None
            return answer_text(call["parameters"]["answer"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    return {"answers": [answer(action) for action in actions]}


def wrong_actions(answers):
    """For each canonical answer a call of Done with another value of the same type; by chance, so that an
    environment cannot know the probe from a guess."""

    def other(value):
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + random.randrange(1, 10_000)
        if isinstance(value, float):
            return value + random.randrange(1, 10_000) + 0.25
        word = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randrange(1, 9)))
        if isinstance(value, str):
            return value + word
        if isinstance(value, list):
            return [*value, other(value[-1]) if value else word]
        if isinstance(value, dict):
            return {**value, word + "_": 1}
        return word

    return {"actions": [json.dumps({"name": "Done", "parameters": {"answer": other(json.loads(answer))}}) for answer in answers]}
