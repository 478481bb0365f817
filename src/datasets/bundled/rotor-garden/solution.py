def wander(garden: list[str], row: int, col: int) -> dict[str, int | str]:
    """Return how many moves the robot makes and over which side it leaves the garden."""
    shifts = {"N": (-1, 0), "E": (0, 1), "S": (1, 0), "W": (0, -1)}
    clockwise = {"N": "E", "E": "S", "S": "W", "W": "N"}
    signs = [list(line) for line in garden]
    moves = 0
    while True:
        side = signs[row][col]
        signs[row][col] = clockwise[side]
        row, col = row + shifts[side][0], col + shifts[side][1]
        moves += 1
        if not (0 <= row < len(signs) and 0 <= col < len(signs[0])):
            return {"moves": moves, "side": side}
