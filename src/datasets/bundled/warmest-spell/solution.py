def warmest_spell(temperatures: list[int], length: int) -> int:
    """Return the earliest start of the `length` consecutive days with the largest total."""
    total = sum(temperatures[:length])
    best_total, best_start = total, 0
    for start in range(1, len(temperatures) - length + 1):
        total += temperatures[start + length - 1] - temperatures[start - 1]
        if total > best_total:
            best_total, best_start = total, start
    return best_start
