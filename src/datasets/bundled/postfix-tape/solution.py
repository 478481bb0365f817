def run_tape(tape: list[str]) -> list[int]:
    """Return the final number and the greatest stack depth of a postfix tape."""
    stack: list[int] = []
    deepest = 0
    for token in tape:
        if token == "d":
            stack.append(stack[-1])
        elif token == "x":
            stack[-1], stack[-2] = stack[-2], stack[-1]
        elif token in ("+", "-", "*", "/"):
            right, left = stack.pop(), stack.pop()
            if token == "+":
                stack.append(left + right)
            elif token == "-":
                stack.append(left - right)
            elif token == "*":
                stack.append(left * right)
            else:
                quotient = abs(left) // abs(right)
                stack.append(quotient if (left < 0) == (right < 0) else -quotient)
        else:
            stack.append(int(token))
        deepest = max(deepest, len(stack))
    return [stack[-1], deepest]
