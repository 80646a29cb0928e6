"""Decimals by mpmath, for tests/decimals.rs: reads expressions in reverse Polish notation, one a line, and prints the
number of each with so many significant digits. Exits with 3 where mpmath is not installed."""

import sys

try:
    from mpmath import mp, mpf
except ImportError:
    sys.exit(3)

# Far more than is printed: some of the numbers are what is left when hundreds of digits have cancelled.
mp.dps = 460

OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
FUNCTIONS = {"log": mp.log, "sqrt": mp.sqrt, "cbrt": lambda x: mp.root(x, 3), "exp": mp.exp}


def value(expression):
    stack = []
    for token in expression.split():
        if token in OPERATIONS:
            b, a = stack.pop(), stack.pop()
            stack.append(OPERATIONS[token](a, b))
        elif token in FUNCTIONS:
            stack.append(FUNCTIONS[token](stack.pop()))
        else:
            num, _, den = token.partition("/")
            stack.append(mpf(int(num)) / mpf(int(den or 1)))
    (result,) = stack
    return result


digits = int(sys.argv[1])
for line in sys.stdin:
    x = value(line)
    print("0" if abs(x) < mpf(10) ** -390 else mp.nstr(x, digits, strip_zeros=False))
