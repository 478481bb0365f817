"""The standard form of an environment: what `assembly` puts around a compact reply, piece by piece.

It is read as text and never imported. Capital words in it (`CLASS_NAME`, `TOOLS`, …) are put in by `assembly`.
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
    """Equal in type and value: 1, 1.0, "1" and True are four different answers."""
    return json.dumps(answer, sort_keys=True) == json.dumps(reference, sort_keys=True)


def _unordered(answer, reference) -> bool:
    """Exact, but for the order of a list."""
    if isinstance(answer, list) and isinstance(reference, (list, tuple)):
        answer = sorted(json.dumps(item, sort_keys=True) for item in answer)
        reference = sorted(json.dumps(item, sort_keys=True) for item in reference)
    return _exact(answer, reference)


def _close(answer, reference, tolerance) -> bool:
    """Exact, but numbers may differ by the tolerance, also within a list; a bool is no number."""
    if isinstance(answer, list) and isinstance(reference, (list, tuple)):
        return len(answer) == len(reference) and all(_close(*pair, tolerance) for pair in zip(answer, reference))
    if type(answer) in (int, float) and type(reference) in (int, float):
        return abs(answer - reference) <= tolerance
    return _exact(answer, reference)


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
            for key, kind in self.parameter_kinds.get(name, {}).items():
                if key in parameters and not _fits(parameters[key], kind):
                    return False, f"Error: {name} cannot take this as `{key}`: {json.dumps(parameters[key])[:100]}"
            return True, getattr(self, name)(**parameters)
        except Exception as error:
            return False, f"Error: this call does not work: {error}"

    def get_ref_answer(self):
        # Asked of a fresh instance: what tools have changed does not count.
        fresh = CLASS_NAME()
        fresh.reset(self._options)
        return fresh.answer()

    def Done(self, answer: ANSWER_TYPE) -> str:
        right = COMPARE(answer, self.get_ref_answer())
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
