"""Measures by mpmath, for tests/measures_mpmath.rs, from their definitions: reads lines `NAME ||| LAW ||| LAW ||| DECIMAL`, where a law is a
list of whole numbers, and prints the number of each line, from 0, whose decimal is not the value to 50 digits. A joint law is
one of three variables with 2, 3 and 2 values. Exits with 3 where mpmath is not installed."""

import sys
from itertools import product

try:
    from mpmath import inf, log, mp, mpf, sqrt
except ImportError:
    sys.exit(3)

mp.dps = 120


def surprise(p, q):
    if p == 0:
        return mpf(0)
    return inf if q == 0 else p * log(p / q)


def over(above, below):
    if above == 0:
        return mpf(0)
    return inf if below == 0 else above / below


def power_sum(p, q, a):
    if a > 1 and any(x > 0 and y == 0 for x, y in zip(p, q)):
        return inf
    return sum((x**a * y ** (1 - a) for x, y in zip(p, q) if x > 0 and y > 0), mpf(0))


def fraction(text):
    above, _, below = text.partition("/")
    return mpf(int(above)) / int(below or 1)


def divergence(name, p, q):
    pairs = [(x, y) for x, y in zip(p, q) if x + y > 0]
    kl = lambda a, b: sum(surprise(x, y) for x, y in zip(a, b))
    mean = [(x + y) / 2 for x, y in zip(p, q)]
    overlap = sum(sqrt(x * y) for x, y in pairs)
    plain = {
        "KL": lambda: kl(p, q),
        "reverse_KL": lambda: kl(q, p),
        "jeffreys": lambda: kl(p, q) + kl(q, p),
        "K": lambda: kl(p, mean),
        "JS": lambda: (kl(p, mean) + kl(q, mean)) / 2,
        "TV": lambda: sum(abs(x - y) for x, y in pairs) / 2,
        "chi2": lambda: sum(over((x - y) ** 2, y) for x, y in pairs),
        "neyman": lambda: sum(over((x - y) ** 2, x) for x, y in pairs),
        "lecam": lambda: sum((x - y) ** 2 / (x + y) for x, y in pairs) / 2,
        "hellinger2": lambda: sum((sqrt(x) - sqrt(y)) ** 2 for x, y in pairs),
        "hellinger": lambda: sqrt(sum((sqrt(x) - sqrt(y)) ** 2 for x, y in pairs)),
        "bhattacharyya": lambda: inf if overlap == 0 else -log(overlap),
    }
    if name in plain:
        return plain[name]()
    family, order = name.split()
    if order == "infinity":
        return inf if any(x > 0 and y == 0 for x, y in pairs) else log(max(x / y for x, y in pairs if x > 0))
    a = fraction(order)
    total = power_sum(p, q, a)
    if family == "tsallis":
        return inf if total == inf else (total - 1) / (a - 1)
    if total in (0, inf):
        return inf
    return log(total) / (a - 1)


def joint(name, p):
    law = dict(zip(product("01", "012", "01"), p))

    def h(kept):
        sums = {}
        for point, mass in law.items():
            key = tuple(c for wire, c in zip("xyz", point) if wire in kept)
            sums[key] = sums.get(key, mpf(0)) + mass
        return -sum(m * log(m) for m in sums.values() if m > 0)

    singles = h("x") + h("y") + h("z")
    return {
        "H": lambda: h("xyz"),
        "H(y|xz)": lambda: h("xyz") - h("xz"),
        "I(x;y)": lambda: h("x") + h("y") - h("xy"),
        "I(x;y|z)": lambda: h("xz") + h("yz") - h("xyz") - h("z"),
        "I(x;y;z)": lambda: singles - h("xy") - h("xz") - h("yz") + h("xyz"),
        "TC": lambda: singles - h("xyz"),
        "DTC": lambda: h("xy") + h("xz") + h("yz") - 2 * h("xyz"),
    }[name]()


def law(text):
    numbers = [mpf(int(n)) for n in text.split()]
    total = sum(numbers)
    return [n / total for n in numbers]


def main():
    for number, line in enumerate(sys.stdin):
        name, p, q, decimal = (part.strip() for part in line.split("|||"))
        value = divergence(name, law(p), law(q)) if q else joint(name, law(p))
        if decimal == "∞":
            right = value == inf
        elif decimal == "0":
            right = abs(value) < mpf(10) ** -100
        else:
            right = value != inf and abs(value - mpf(decimal)) <= abs(value) * mpf("5.001e-50")
        if not right:
            print(number)


main()
