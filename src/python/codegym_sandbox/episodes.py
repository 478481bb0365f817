"""Playing judged environments: reference answers, solver runs, and episodes step by step."""

import json
import random
import re
import time
import tracemalloc

from .jsonform import NotJson, Room, answer_text, tagged
from .loader import captured_output, failure_of, run_module

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


def read_mapping(config):
    """`func_mapping` of a started instance: each tool's name, and whether its code is a whole number."""
    with captured_output():
        environment = current.cls() if config is None else _instance(config)
        mapping = environment.func_mapping
        if not isinstance(mapping, dict):
            raise Rejected(f"`func_mapping` is of type {type(mapping).__name__}, not a dictionary")
        return {"tools": {str.__str__(name): type(code) is int for name, code in dict.items(mapping) if isinstance(name, str)}}


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


def start(config):
    with captured_output():
        current.played = _instance(config)
    return {}


def step(action):
    """One action of a started episode, whoever plays. What an environment raises is reported as data, for it goes on."""
    if current.played is None:
        raise Rejected("no episode was started")
    with captured_output():
        try:
            ok, observation = _checked_step(current.played, action)
        except BaseException as error:  # SystemExit and KeyboardInterrupt of judged code are its failures too
            failure = failure_of(error)
            return {"ok": False, "observation": "", "raised": {"type": failure["type"], "message": failure["message"]}}
    return {"ok": ok, "observation": observation, "raised": None}


def outcome(state):
    """Reward and end of the started episode, read as `step` never does; with `state` its hidden state."""
    if current.played is None:
        raise Rejected("no episode was started")
    with captured_output():
        return {**_outcome(current.played), "state": _state(current.played, [MAX_STATE_CHARS]) if state else None}


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
    """For each canonical answer several calls of Done with another one: two of its own type, one of another, and one that
    is nearly nothing. By chance, so that an environment cannot know a probe from a guess."""

    def word():
        return "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randrange(1, 9)))

    def other(value):
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return value + random.choice([-1, 1]) * random.randrange(1, 10_000)
        if isinstance(value, float):
            # To a large one a few thousands may add nothing.
            return value + random.randrange(1, 10_000) + 0.25 if abs(value) < 1e9 else value / random.randrange(2, 10)
        if isinstance(value, str):
            return value + word()
        if isinstance(value, list):
            return [*value, other(value[-1]) if value else word()]
        if isinstance(value, dict):
            return {**value, word() + "_": 1}
        return word()

    def kind(value):
        return float if type(value) is int else type(value)

    def wrong(answer):
        value = json.loads(answer)
        strange = [word(), random.randrange(10_000, 10**6), [word()], {word(): random.randrange(100)}]
        empty = [None, "", [], {}]
        foreign = random.choice([item for item in strange if kind(item) is not kind(value)])
        nothing = random.choice([item for item in empty if kind(item) is not kind(value)])
        return [json.dumps({"name": "Done", "parameters": {"answer": item}}) for item in (other(value), other(value), foreign, nothing)]

    return {"actions": [wrong(answer) for answer in answers]}
