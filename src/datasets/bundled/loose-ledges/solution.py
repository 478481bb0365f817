def cheapest_climb(fees: list[int], loose: list[int], reach: int) -> int:
    """Return the least strength for the climb without equal moves in a row, or -1."""
    unsafe = set(loose)
    # costs[ledge] maps the length of the last move to the least cost so far; 0 is the start.
    costs: list[dict[int, int]] = [{} for _ in fees]
    costs[0][0] = 0
    for ledge in range(1, len(fees)):
        if ledge in unsafe:
            continue
        for move in range(1, min(reach, ledge) + 1):
            before = [cost for last, cost in costs[ledge - move].items() if last != move]
            if before:
                costs[ledge][move] = min(before) + fees[ledge]
    return min(costs[-1].values(), default=-1)
