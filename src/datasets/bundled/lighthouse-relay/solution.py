from collections import deque


def relay_time(count: int, links: list[list[int]], dark: list[int], source: int, target: int) -> int:
    """Return the fewest minutes a signal needs from source to target, or -1."""
    visible: list[list[int]] = [[] for _ in range(count)]
    for first, second in links:
        visible[first].append(second)
        visible[second].append(first)

    minutes = {source: 0}
    queue = deque([source])
    unlit = set(dark)
    while queue:
        here = queue.popleft()
        if here == target:
            return minutes[here]
        for there in visible[here]:
            if there not in minutes and there not in unlit:
                minutes[there] = minutes[here] + 1
                queue.append(there)
    return -1
