"""Measures of a joint law of binary variables, for `benches/measures.rs`.

    measures.py FILE LARGEST_FOR_DIT

The file has the number of variables, and the weights of the joint law and of a second law, in the order of their points. On
standard output stand lines `PEER MEASURE SECONDS VALUE`, in nats; seconds are medians of three runs, or of one where a run is long.
numpy computes in floats from the joint as an array; dit from distributions that are made outside of the clock.
"""

import math
import sys
import time

MEASURES = ("H", "MI", "CMI", "TC", "KL")


def parts(n):
    """The groups of the measures: halves, and for the conditional one the outer variables given those between."""
    half = n // 2
    return list(range(half)), list(range(half, n)), [0], list(range(1, n - 1)), [n - 1]


def timed(work):
    times = []
    value = 0.0
    for _ in range(3):
        start = time.process_time()
        value = work()
        times.append(time.process_time() - start)
        if times[-1] > 1:
            break
    return sorted(times)[len(times) // 2], value


def report(peer, name, work):
    seconds, value = timed(work)
    print(peer, name, repr(seconds), repr(float(value)), flush=True)


def with_numpy(n, p, q):
    import numpy as np

    joint = np.array(p, dtype=float).reshape((2,) * n)
    joint /= joint.sum()
    other = np.array(q, dtype=float).reshape((2,) * n)
    other /= other.sum()

    def h(kept):
        marginal = joint.sum(axis=tuple(i for i in range(n) if i not in kept)).ravel()
        marginal = marginal[marginal > 0]
        return float(-(marginal * np.log(marginal)).sum())

    low, high, first, middle, last = parts(n)
    every = list(range(n))
    report("numpy", "H", lambda: h(every))
    report("numpy", "MI", lambda: h(low) + h(high) - h(every))
    report("numpy", "CMI", lambda: h(first + middle) + h(middle + last) - h(every) - h(middle))
    report("numpy", "TC", lambda: sum(h([i]) for i in every) - h(every))
    report("numpy", "KL", lambda: float((joint * np.log(joint / other)).sum()))


def with_dit(n, p, q):
    import dit
    from dit.divergences import kullback_leibler_divergence

    points = [format(k, f"0{n}b") for k in range(1 << n)]
    total, other_total = sum(p), sum(q)
    joint = dit.Distribution(points, [w / total for w in p])
    other = dit.Distribution(points, [w / other_total for w in q])
    low, high, first, middle, last = parts(n)
    nat = math.log(2)
    report("dit", "H", lambda: dit.shannon.entropy(joint) * nat)
    report("dit", "MI", lambda: dit.shannon.mutual_information(joint, low, high) * nat)
    report("dit", "CMI", lambda: dit.multivariate.coinformation(joint, [first, last], middle) * nat)
    report("dit", "TC", lambda: dit.multivariate.total_correlation(joint) * nat)
    report("dit", "KL", lambda: kullback_leibler_divergence(joint, other) * nat)


def main():
    with open(sys.argv[1]) as file:
        n = int(file.readline())
        p = [int(w) for w in file.readline().split()]
        q = [int(w) for w in file.readline().split()]
    for peer, work in (("numpy", with_numpy), ("dit", with_dit)):
        if peer == "dit" and n > int(sys.argv[2]):
            continue
        try:
            work(n, p, q)
        except ImportError:
            print(f"{peer} is not installed", file=sys.stderr)


main()
