from heapq import heappop, heappush


def most_on_time(hours: list[int], due: list[int]) -> int:
    """Return the largest number of orders that one oven can finish on time."""
    longest_first: list[int] = []
    clock = 0
    for deadline, duration in sorted(zip(due, hours)):
        heappush(longest_first, -duration)
        clock += duration
        if clock > deadline:
            clock += heappop(longest_first)
    return len(longest_first)
