"""The standard form of an environment, piece by piece: `assembly` puts it around a compact reply, and the compiler around
a solution that it cut up.

It is read as text and never imported (see `template`). Capital words in it (`CLASS_NAME`, `TOOLS`, …) are put in.

How answers are compared: by type and value, where two floats are one answer if they differ by at most 1e-9 times the
reference answer, or by 1e-9 if that is below 1. Adding in another order is no other answer; infinity and NaN are never
right. A compact reply can name another tolerance (`compare = 0.01`), or compare lists in any order. docs/formats.md section 2
says the same for people.
"""

import json
from copy import deepcopy

import gymnasium


def _as_text(value) -> str:
    """What a tool answers: text as it is, any other JSON value as its JSON."""
    return value if isinstance(value, str) else json.dumps(value, allow_nan=False)


def _fits(value, kind) -> bool:
    """Whether a JSON value is what a parameter asks for; `[int]` is a list of integers, and a bool is no number."""
    if isinstance(kind, list):
        return isinstance(value, list) and all(_fits(item, kind[0]) for item in value)
    return type(value) is kind or (kind is float and type(value) is int)


def _exact(answer, reference) -> bool:
    """Equal in type and value: 1, 1.0, "1" and True are four different answers. Floats may differ by rounding."""
    if type(answer) is not type(reference):
        return False
    if isinstance(reference, float):
        return abs(answer - reference) <= 1e-9 * max(1.0, abs(reference))
    if isinstance(reference, list):
        return len(answer) == len(reference) and all(map(_exact, answer, reference))
    if isinstance(reference, dict):
        return answer.keys() == reference.keys() and all(_exact(answer[key], reference[key]) for key in reference)
    return answer == reference


def _unordered(answer, reference) -> bool:
    """Exact, but for the order of a list."""
    if isinstance(answer, list) and isinstance(reference, list):
        answer, reference = (sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) for items in (answer, reference))
    return _exact(answer, reference)


def _close(answer, reference, tolerance) -> bool:
    """Exact, but numbers may differ by the tolerance, also within a list; a bool is no number."""
    if isinstance(answer, list) and isinstance(reference, list):
        return len(answer) == len(reference) and all(_close(*pair, tolerance) for pair in zip(answer, reference))
    if type(answer) in (int, float) and type(reference) in (int, float):
        return abs(answer - reference) <= tolerance
    return _exact(answer, reference)


def _kinds_fit(self, name, parameters):
    """What `step` checks where the annotations of tools say what they take."""
    for key, kind in self.parameter_kinds.get(name, {}).items():
        if key in parameters and not _fits(parameters[key], kind):
            return False, f"Error: {name} cannot take this as `{key}`: {json.dumps(parameters[key])[:100]}"


def _names_fit(self, name, parameters):
    """What `step` checks where each tool takes all of its parameters."""
    wanted = self.tool_parameters[name]
    if set(parameters) != set(wanted):
        given = ", ".join(parameters) or "none"
        return False, f"Error: {name} takes {', '.join(wanted) or 'no parameters'}, and was given {given}."


class CLASS_NAME(gymnasium.Env):
    parameter_kinds = KINDS

    def __init__(self, env_str: str | None = None):
        self.func_mapping = TOOLS
        self.reset({} if env_str is None else json.loads(env_str.split("@", 1)[1]))

    @staticmethod
    def from_env_str(env_str: str):
        if not env_str.startswith("CLASS_NAME@"):
            return None
        return CLASS_NAME(env_str)

    @property
    def finished(self) -> bool:
        return bool(self._done)

    @property
    def reward(self) -> float:
        return float(self._reward)

    def step(self, action: str) -> tuple[bool, str]:
        self.step_count += 1
        if self._done:
            return False, "Error: the game is over."
        try:
            call = json.loads(action)
            name, parameters = call["name"], call.get("parameters", {})
            if name not in self.func_mapping:
                return False, f"Error: there is no tool {name!r}."
            CHECK
            return True, getattr(self, name)(**parameters)
        except Exception as error:
            return False, f"Error: this call does not work: {error}"

    def get_ref_answer(self):
        # Asked of a fresh instance: what tools have changed does not count.
        fresh = CLASS_NAME()
        fresh.reset(self._options)
        return fresh.answer()

    def Done(self, answer: ANSWER_TYPE) -> str:
        right = COMPARE(answer, json.loads(json.dumps(self.get_ref_answer())))
        self._reward = 1.0 if right else 0.0
        self._done = True
        return "The answer is right. reward=1" if right else "The answer is wrong. reward=0"

    def solve(self):
        """Looks once and gives up. The proven solver takes its place."""
        return self.step(json.dumps({"name": "Observe", "parameters": {}}))[1]


if __name__ == "__main__":
    for env_str in EXAMPLES:
        env = CLASS_NAME.from_env_str(env_str)
        print(env.solve())
        print("steps:", env.step_count)
