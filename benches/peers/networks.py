"""The networks that pgmpy ships, and pgmpy's answers, for `benches/networks.rs`.

    networks.py list FOLDER          writes each network as FOLDER/NAME.net, one name a line on standard output
    networks.py ask FILE TARGET [WIRE VALUE]...   median seconds of pgmpy's elimination, then the posterior of TARGET

A `.net` file has the number of wires, and for each wire a line `SIZE PARENT...` and its rows, in the order of its
parents' values, the last parent running fastest; numbers are as they stand in the network.
"""

import glob
import gzip
import logging
import os
import re
import sys
import time
from fractions import Fraction


def shipped():
    import importlib.util

    folder = os.path.dirname(importlib.util.find_spec("pgmpy").origin)
    return sorted(glob.glob(os.path.join(folder, "utils/example_models/*.bif.gz")))


def names(text):
    return [part.strip() for part in text.split(",")]


def convert(text):
    """The lines of a network, wires in an order in which parents come first."""
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
        points = [()]
        for parent in given:
            points = [point + (value,) for point in points for value in values[parent]]
        rows[child] = [found[point] for point in points]
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
        lines.extend(" ".join(row) for row in rows[name])
    return "\n".join(lines) + "\n"


def model(path):
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.models import DiscreteBayesianNetwork

    lines = open(path).read().split("\n")
    count, at, sizes, cpds, edges = int(lines[0]), 1, [], [], []
    for wire in range(count):
        size, *parents = map(int, lines[at].split())
        sizes.append(size)
        rows = 1
        for parent in parents:
            rows *= sizes[parent]
        table = [[float(Fraction(x)) for x in line.split()] for line in lines[at + 1 : at + 1 + rows]]
        at += 1 + rows
        columns = [list(column) for column in zip(*[[x / sum(row) for x in row] for row in table])]
        edges.extend((parent, wire) for parent in parents)
        cpds.append(TabularCPD(wire, size, columns, evidence=parents, evidence_card=[sizes[p] for p in parents]))
    network = DiscreteBayesianNetwork()
    network.add_nodes_from(range(count))
    network.add_edges_from(edges)
    network.add_cpds(*cpds)
    return network


def ask(path, target, seen):
    from pgmpy.inference import VariableElimination

    network = model(path)
    times, law = [], None
    for _ in range(3):
        start = time.process_time()
        law = VariableElimination(network).query([target], evidence=seen or None, show_progress=False)
        times.append(time.process_time() - start)
        if sum(times) > 20:
            break
    print(sorted(times)[len(times) // 2])
    print(" ".join(repr(float(x)) for x in law.values))


logging.disable(logging.WARNING)
if sys.argv[1] == "list":
    for path in shipped():
        name = os.path.basename(path).removesuffix(".bif.gz")
        with open(os.path.join(sys.argv[2], name + ".net"), "w") as out:
            out.write(convert(gzip.open(path, "rt").read()))
        print(name)
else:
    numbers = list(map(int, sys.argv[3:]))
    ask(sys.argv[2], numbers[0], dict(zip(numbers[1::2], numbers[2::2])))
