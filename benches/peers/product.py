"""Multiplies two exact matrices with what Python has, for `benches/kernels.rs`.

product.py FILE FRACTIONS_LARGEST PRIME BASE EXPONENT

FILE: the size n, then the rows of two matrices, each a denominator and n numerators. They are multiplied where the
exponent is 1; else the first one is raised to it.
Writes a line for each peer: its name, seconds of processor time, and the fingerprint of the result.
"""

import sys
from fractions import Fraction
from time import process_time


def fingerprint(entries, prime, base):
    """The entries modulo a prime as coefficients of a polynomial at `base`."""
    result = 0
    for numerator, denominator in entries:
        result = (result * base + numerator * pow(denominator, -1, prime)) % prime
    return result


def median_time(work, runs):
    times = []
    for _ in range(runs):
        start = process_time()
        result = work()
        times.append(process_time() - start)
    return result, sorted(times)[runs // 2]


def by_fractions(a, b):
    columns = list(zip(*b))
    return lambda: [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def main():
    path, largest, prime, base, exponent = sys.argv[1], *map(int, sys.argv[2:])
    with open(path, encoding="ascii") as file:
        n = int(file.readline())
        rows = [[int(word) for word in line.split()] for line in file]

    if n <= largest and exponent == 1:
        matrix = [[Fraction(x, row[0]) for x in row[1:]] for row in rows]
        product, seconds = median_time(by_fractions(matrix[:n], matrix[n:]), 1)
        entries = ((x.numerator, x.denominator) for row in product for x in row)
        print("fractions", seconds, fingerprint(entries, prime, base), sep="\t")
    elif exponent == 1:
        print(f"fractions not asked above {largest}")

    try:
        from flint import fmpq, fmpq_mat
    except ImportError:
        print("no python-flint (pip install python-flint)")
        return
    a, b = (
        fmpq_mat(n, n, [fmpq(x, row[0]) for row in part for x in row[1:]]) for part in (rows[:n], rows[n:])
    )
    product, seconds = median_time(lambda: a * b if exponent == 1 else a**exponent, 3 if n * exponent <= 256 else 1)
    entries = ((int(x.p), int(x.q)) for x in product.entries())
    print("fmpq_mat", seconds, fingerprint(entries, prime, base), sep="\t")


main()
