def open_necklace(beads: str) -> int:
    """Return the smallest index at which the alphabetically first rotation starts."""
    size = len(beads)
    left, right, matched = 0, 1, 0
    while left < size and right < size and matched < size:
        first = beads[(left + matched) % size]
        second = beads[(right + matched) % size]
        if first == second:
            matched += 1
            continue
        if first > second:
            left += matched + 1
        else:
            right += matched + 1
        if left == right:
            right += 1
        matched = 0
    return min(left, right)
