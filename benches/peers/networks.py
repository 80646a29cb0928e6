"""The networks that pgmpy ships, and what others make of them, for `benches/networks.rs`.

    networks.py list FOLDER     writes each network as FOLDER/NAME.net, one name a line on standard output
    networks.py serve           answers questions, one a line: PEER FILE TARGET [WIRE VALUE]...

A `.net` file has the number of wires, and for each wire a line `SIZE PARENT...` and its rows, in the order of its
parents' values, the last parent running fastest; numbers are as they stand in the network.

A question names a peer, a BIF file with variables `x0`, `x1`, ... whose states are `s0`, `s1`, ..., the wire whose law is
wanted and what is seen. The peer loads the file once for neighbouring questions. Its answer is one line: seconds of
loading, median seconds of the question with nothing remembered, kilobytes that the process grew by at most while it
was answered for the first time, and the law; or `-` and why there is none.

Peers: `pyagrum` (lazy propagation, C++ floats), `pgmpy` (variable elimination, floats in numpy), and `integers`: a
plain elimination, weighted min-fill, in which each table is integers over one denominator. All have one thread.
"""

import glob
import gzip
import logging
import os
import re
import sys
import time
from math import gcd

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"


def shipped():
    import importlib.util

    folder = os.path.dirname(importlib.util.find_spec("pgmpy").origin)
    return sorted(glob.glob(os.path.join(folder, "utils/example_models/*.bif.gz")))


def names(text):
    return [part.strip() for part in text.split(",")]


def blocks(text):
    """The states of each variable, the parents of each, and its rows by the states of those."""
    values, parents, rows = {}, {}, {}
    for name, states in re.findall(r"variable\s+(\S+)\s*\{\s*type\s+discrete\s*\[\s*\d+\s*\]\s*\{([^}]*)\}", text):
        values[name] = names(states)
    for head, body in re.findall(r"probability\s*\(([^)]*)\)\s*\{(.*?)\n\}", text, re.S):
        child, _, given = head.partition("|")
        child, given = child.strip(), names(given) if given.strip() else []
        parents[child] = given
        found = {}
        for point, numbers in re.findall(r"\(([^)]*)\)\s*([^;]*);", body):
            found[tuple(names(point))] = names(numbers)
        for numbers in re.findall(r"table\s+([^;]*);", body):
            found[()] = names(numbers)
        rows[child] = found
    return values, parents, rows


def points(sizes):
    found = [()]
    for size in sizes:
        found = [point + (value,) for point in found for value in size]
    return found


def convert(text):
    """The lines of a network, wires in an order in which parents come first."""
    values, parents, rows = blocks(text)
    order, done = [], set()
    while len(order) < len(values):
        for name in values:
            if name not in done and all(p in done for p in parents[name]):
                order.append(name)
                done.add(name)
    number = {name: i for i, name in enumerate(order)}
    lines = [str(len(order))]
    for name in order:
        lines.append(" ".join(map(str, [len(values[name])] + [number[p] for p in parents[name]])))
        lines.extend(" ".join(rows[name][point]) for point in points([values[p] for p in parents[name]]))
    return "\n".join(lines) + "\n"


class Pyagrum:
    def __init__(self, path):
        import pyagrum

        self.gum = pyagrum
        pyagrum.setNumberOfThreads(1)
        self.network = pyagrum.loadBN(path)

    def law(self, target, seen):
        engine = self.gum.LazyPropagation(self.network)
        engine.setEvidence({f"x{wire}": value for wire, value in seen.items()})
        engine.addTarget(f"x{target}")
        engine.makeInference()
        return [float(x) for x in engine.posterior(f"x{target}").toarray()]


class Pgmpy:
    def __init__(self, path):
        from pgmpy.readwrite import BIFReader

        self.network = BIFReader(path).get_model()

    def law(self, target, seen):
        from pgmpy.inference import VariableElimination

        seen = {f"x{wire}": f"s{value}" for wire, value in seen.items()}
        law = VariableElimination(self.network).query([f"x{target}"], evidence=seen or None, show_progress=False)
        states = law.state_names[f"x{target}"]
        return [float(law.values[states.index(f"s{value}")]) for value in range(len(states))]


def integer(text):
    """A number as it is written, as an integer and a power of ten that it is to be divided by."""
    digits, _, power = text.lower().partition("e")
    whole, _, part = digits.partition(".")
    return int(whole + part), len(part) - int(power or 0)


class Integers:
    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            values, self.parents, rows = blocks(file.read())
        self.size = {name: len(states) for name, states in values.items()}
        self.tables = {}
        for name, found in rows.items():
            at = [{state: i for i, state in enumerate(values[p])} for p in self.parents[name]]
            numbers = {text: integer(text) for row in found.values() for text in row}
            places = max(0, max(power for _, power in numbers.values()))
            table = {}
            for point, row in found.items():
                point = tuple(index[state] for index, state in zip(at, point))
                for value, text in enumerate(row):
                    mantissa, power = numbers[text]
                    if mantissa:
                        table[point + (value,)] = mantissa * 10 ** (places - power)
            self.tables[name] = (self.parents[name] + [name], table)

    def law(self, target, seen):
        target, seen = f"x{target}", {f"x{wire}": value for wire, value in seen.items()}
        above, open_ = set(), [target, *seen]
        while open_:
            name = open_.pop()
            if name not in above:
                above.add(name)
                open_ += self.parents[name]
        factors = [restricted(*self.tables[name], seen) for name in sorted(above)]
        for name in min_fill([f[0] for f in factors], above - {target} - seen.keys(), self.size):
            met = sorted((f for f in factors if name in f[0]), key=lambda f: len(f[1]))
            factors = [f for f in factors if name not in f[0]]
            product = ([], {(): 1})
            for factor in met[:-1]:
                product = joined(product, factor, None)
            factors.append(joined(product, met[-1], name))
        product = ([], {(): 1})
        for factor in factors:
            product = joined(product, factor, None)
        masses = [product[1].get((value,), 0) for value in range(self.size[target])]
        common = gcd(*masses)
        masses = [mass // common for mass in masses]
        # Python divides integers of any length and rounds once.
        return [mass / sum(masses) for mass in masses]


def restricted(wires, table, seen):
    """The part of a table where what is seen is so."""
    if not any(wire in seen for wire in wires):
        return wires, table
    fixed = [(i, seen[wire]) for i, wire in enumerate(wires) if wire in seen]
    free = [i for i, wire in enumerate(wires) if wire not in seen]
    part = {tuple([p[i] for i in free]): w for p, w in table.items() if all(p[i] == v for i, v in fixed)}
    return [wires[i] for i in free], part


def min_fill(scopes, rest, size):
    """Next the wire whose neighbours lack the fewest connections, weighted by their sizes."""
    near = {}
    for scope in scopes:
        for a in scope:
            near.setdefault(a, set()).update(b for b in scope if b != a)

    def score(name):
        around = sorted(near[name])
        return sum(size[a] * size[b] for i, a in enumerate(around) for b in around[i + 1 :] if b not in near[a])

    order, rest = [], set(rest)
    scores = {name: score(name) for name in rest}
    while rest:
        name = min(rest, key=lambda n: (scores[n], n))
        around = near.pop(name)
        for a in around:
            near[a] |= around
            near[a] -= {a, name}
        rest.remove(name)
        order.append(name)
        for a in around.union(*(near[a] for a in around)) & rest:
            scores[a] = score(a)
    return order


def joined(left, right, without):
    """The product of two tables, with one wire summed out unless it is None."""
    (wires, table), (more, other) = left, right
    common = [n for n in more if n in wires]
    mine, theirs = [wires.index(n) for n in common], [more.index(n) for n in common]
    new = [i for i, n in enumerate(more) if n not in wires and n != without]
    keep = [i for i, n in enumerate(wires) if n != without]
    groups = {}
    for point, weight in other.items():
        key = tuple([point[i] for i in theirs])
        groups.setdefault(key, []).append((tuple([point[i] for i in new]), weight))
    result = {}
    for point, weight in table.items():
        head = tuple([point[i] for i in keep])
        for tail, factor in groups.get(tuple([point[i] for i in mine]), ()):
            key = head + tail
            result[key] = result.get(key, 0) + weight * factor
    return [wires[i] for i in keep] + [more[i] for i in new], result


def kilobytes(field):
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field))


def timed(work):
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def median_of(work):
    """A result, the median of some seconds, and by how much memory grew at most the first time."""
    times, grown, result = [], 0, None
    for run in range(5):
        if run == 0:
            with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
                file.write("5")
            before = kilobytes("VmRSS")
        result, seconds = timed(work)
        if run == 0:
            grown = max(0, kilobytes("VmHWM") - before)
        times.append(seconds)
        if sum(times) > 5:
            break
    return result, sorted(times)[len(times) // 2], grown


PEERS = {"pyagrum": Pyagrum, "pgmpy": Pgmpy, "integers": Integers}
MODULES = {"pyagrum": "pyagrum", "pgmpy": "pgmpy.readwrite", "integers": "math"}


def serve():
    loaded, warm = {}, set()
    for line in sys.stdin:
        peer, path, target, *seen = line.split("\t")
        numbers = list(map(int, seen))
        try:
            # What it takes to import modules, some of them late, is no part of loading a network.
            __import__(MODULES[peer])
            if peer not in warm:
                warm.add(peer)
                PEERS[peer](path).law(int(target), {})
            if loaded.get(peer, ("",))[0] != path:
                loaded.pop(peer, None)
                network, seconds = timed(lambda: PEERS[peer](path))
                loaded[peer] = (path, network, seconds)
            network = loaded[peer][1]
            law, seconds, grown = median_of(
                lambda: network.law(int(target), dict(zip(numbers[::2], numbers[1::2])))
            )
            print(loaded[peer][2], seconds, grown, *map(repr, law), flush=True)
        except Exception as error:
            print("-", type(error).__name__, str(error).replace("\n", " ")[:200], flush=True)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    if sys.argv[1] == "list":
        for path in shipped():
            name = os.path.basename(path).removesuffix(".bif.gz")
            with open(os.path.join(sys.argv[2], name + ".net"), "w", encoding="ascii") as out:
                out.write(convert(gzip.open(path, "rt").read()))
            print(name)
    else:
        serve()
