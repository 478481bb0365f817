"""Several steps of a started episode in one call; what an environment raises is told as data, for it goes on."""

from .episodes import MAX_STATE_CHARS, Rejected, _checked_step, _outcome, _state, current
from .loader import captured_output, failure_of

#: Observations of one call, so that what is sent stays below what the host takes.
MAX_CHARS = 4_000_000


def _one(action, left):
    """One step as the host reads it. A broken outcome counts as raised: the player reads why, and no reward is earned."""
    environment = current.played
    raised, ok, observation = None, False, ""
    outcome = {"reward": 0.0, "finished": False}
    try:
        ok, observation = _checked_step(environment, action)
        outcome = _outcome(environment)
    except BaseException as error:  # SystemExit and KeyboardInterrupt of judged code are its failures too
        failure = failure_of(error)
        raised, ok, observation = {"type": failure["type"], "message": failure["message"]}, False, ""
    return {
        **outcome,
        "ok": ok,
        "observation": observation,
        "raised": raised,
        "state": None if left is None else _state(environment, left),
    }


def steps(actions, state):
    """The answers to the first actions: up to the one that ends the episode, or until there is too much to send."""
    if current.played is None:
        raise Rejected("no episode was started")
    answers, left, room = [], [MAX_STATE_CHARS] if state else None, MAX_CHARS
    with captured_output():
        for action in actions:
            answer = _one(action, left)
            answers.append(answer)
            room -= len(answer["observation"])
            if answer["finished"] or room < 0 or (left is not None and left[0] < MAX_STATE_CHARS // 4):
                break
    return {"steps": answers}
