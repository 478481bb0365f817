from math import gcd


def first_common_flash(periods: list[int], offsets: list[int]) -> int:
    """Return the first second in which all beacons flash, or -1 if they never do."""
    moment, rhythm = 0, 1
    for period, offset in zip(periods, offsets):
        shared = gcd(rhythm, period)
        gap = offset - moment
        if gap % shared:
            return -1
        reduced = period // shared
        turns = gap // shared * pow(rhythm // shared, -1, reduced) % reduced
        moment += rhythm * turns
        rhythm *= reduced
    return moment
