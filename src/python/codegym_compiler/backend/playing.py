"""Plays compiled environments in this interpreter: which configurations their solvers solve, in how many rounds."""

import json
from dataclasses import dataclass

from ..analysis.runner import load_source, quiet
from ..types.lattice import encode


LONG_ANSWER = "the answer is too long"
TOO_LONG = "more than {} rounds"


@dataclass
class Played:
    case: int
    config: str
    rounds: int
    tools: frozenset[str]


class Stopped(BaseException):
    """The episode has more rounds than a task may have."""


class _Handle:
    __slots__ = ("step",)

    def __init__(self, step):
        self.step = step


class Stage:
    """One environment, loaded."""

    def __init__(self, source: str, class_name: str, answer_chars: int):
        self.name, self.chars = class_name, answer_chars
        with quiet():
            self.cls = load_source(source)[class_name]
        self.failures: list[str] = []
        #: Of the last episode, however it ended.
        self.rounds = 0

    def play(self, case: int, config: str, limit: int) -> Played | None:
        """The episode if its answer is right and short enough; None (and a reason) otherwise."""
        environment = self.cls.from_env_str(f"{self.name}@{config}")
        used: set[str] = set()
        self.rounds = 0

        def step(action):
            if environment.step_count >= limit:
                raise Stopped
            self.rounds += 1
            # Actions begin as json.dumps of the solver's own `call` writes them.
            used.add(action[10 : action.index('"', 10)])
            return environment.step(action)

        try:
            with quiet():
                answer = environment.get_ref_answer()
                if len(json.dumps(answer, sort_keys=True, allow_nan=False)) > self.chars:
                    self.failures.append(LONG_ANSWER)
                    return None
                self.cls.solve(_Handle(step))
        except Stopped:
            self.failures.append(TOO_LONG.format(limit))
            return None
        except Exception as error:
            self.failures.append(f"{type(error).__name__}: {error}")
            return None
        if environment.reward != 1.0:
            self.failures.append("the solver's answer differs from the reference")
            return None
        return Played(case, config, environment.step_count, frozenset(used))


def config_text(hidden, arguments, batched: bool) -> str:
    """A configuration's JSON text."""

    def one(given):
        return {item.name: encode(item.kind, given[item.name]) for item in hidden}

    return json.dumps({"cases": [one(given) for given in arguments]} if batched else one(arguments), ensure_ascii=False)


def choose(
    played: list[Played], lines_of, answer_of, low: int, high: int, moderate: int, few: int, most: int = 20, short: int = 4
) -> list[Played]:
    """Up to `most` episodes, easy to hard: mostly between `low` and `moderate` rounds, at most a `few` with more of them
    where there are others; new lines and rare answers first, then a spread over the rounds."""
    inside = [item for item in played if low <= item.rounds <= high]
    below = [item for item in played if item.rounds < low]
    above = [item for item in played if item.rounds > high]
    chosen: list[Played] = []
    covered: set[int] = set()
    answers: dict[str, int] = {}
    rounds: dict[int, int] = {}
    long = 0
    for pool, room in (
        (inside, most),
        (below, most if len(inside) < most - short else short),
        (above, most if len(inside) + len(below) < 15 else 0),
    ):
        rest = list(pool)
        taken = 0
        while rest and len(chosen) < most and taken < room:

            def worth(pair):
                index, item = pair
                new = len(lines_of(item) - covered)
                modest = item.rounds <= moderate or long < few
                return new, modest, -answers.get(answer_of(item), 0), -rounds.get(item.rounds, 0), (index * 7919 + taken * 104729) % 1009

            item = max(enumerate(rest), key=worth)[1]
            rest.remove(item)
            chosen.append(item)
            covered |= lines_of(item)
            answers[answer_of(item)] = answers.get(answer_of(item), 0) + 1
            rounds[item.rounds] = rounds.get(item.rounds, 0) + 1
            long += item.rounds > moderate
            taken += 1
    return sorted(chosen, key=lambda item: (item.rounds, item.case))
