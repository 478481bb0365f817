"""The canary: a tiny environment whose observations are known by heart.

It touches what a poisoned interpreter gets wrong first: json, small integers, sorting, strings, builtins, random.
"""

import collections
import json
import math
import random

import gymnasium


class CanaryEnv(gymnasium.Env):
    def __init__(self, env_str: str | None = None):
        self.func_mapping = {"Sort": 0, "Mix": 1, "Done": 2}
        self.reset()
        if env_str is not None:
            self.reset(json.loads(env_str.split("@", 1)[1]))

    @staticmethod
    def from_env_str(env_str: str):
        return CanaryEnv(env_str) if env_str.startswith("CanaryEnv@") else None

    def reset(self, options={}):
        self.values = list(options.get("values", []))
        self._reward, self._done, self.step_count = 0.0, False, 0

    def step(self, action: str):
        self.step_count += 1
        call = json.loads(action)
        return True, getattr(self, call["name"])(**call["parameters"])

    def Sort(self):
        return json.dumps(sorted(self.values, reverse=True))

    def Mix(self, seed):
        counts = collections.Counter(str(value) for value in self.values)
        parts = [len(self.values), sum(self.values), max(self.values), math.gcd(*self.values), random.Random(seed).randrange(1000)]
        return json.dumps({"counts": dict(sorted(counts.items())), "parts": parts, "text": "-".join(map(str, range(7)))})

    def Done(self, answer):
        self._reward, self._done = float(answer == self.get_ref_answer()), True
        return f"reward={int(self._reward)}"

    def get_ref_answer(self):
        return sum(self.values) * 3

    @property
    def finished(self):
        return self._done

    @property
    def reward(self):
        return self._reward
