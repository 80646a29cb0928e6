"""The networks of the bnlearn repository, as PyPI's `pgmpy` ships them, and an exact reference for them.

    python3 bnlearn_reference.py unpack FOLDER      writes every network to FOLDER; exit code 3 where there is no pgmpy
    python3 bnlearn_reference.py answer FILE.bif    marginals as JSON, rows that do not sum to 1 divided by their sums

pgmpy is not imported: only its files are read. The reading of BIF and the elimination of variables are written here once
more, over Python's fractions, and share nothing with mcheck.
"""

import gzip
import importlib.util
import json
import pathlib
import re
import sys
from fractions import Fraction
from itertools import product


def unpack(folder):
    package = importlib.util.find_spec("pgmpy")
    if package is None or not package.submodule_search_locations:
        sys.exit(3)
    models = pathlib.Path(package.submodule_search_locations[0]) / "utils" / "example_models"
    for file in sorted(models.glob("*.bif.gz")):
        target = pathlib.Path(folder) / file.name.removesuffix(".gz")
        target.write_bytes(gzip.decompress(file.read_bytes()))
        print(target.stem)


def read(text):
    """States of each variable, and each variable's parents with a dictionary from points to fractions."""
    states = {}
    for name, listed in re.findall(r"variable\s+(\S+)\s*\{\s*type\s+discrete\s*\[\s*\d+\s*\]\s*\{([^}]*)\}", text):
        states[name] = [s.strip() for s in listed.split(",")]
    tables, off = {}, 0
    for head, body in re.findall(r"probability\s*\(([^)]*)\)\s*\{([^}]*)\}", text):
        child, _, above = (part.strip() for part in head.partition("|"))
        parents = [p.strip() for p in above.split(",")] if above else []
        table = {}
        for row in body.split(";"):
            row = row.strip()
            if not row:
                continue
            given, numbers = re.fullmatch(r"(?:table|\(([^)]*)\))(.*)", row, re.S).groups()
            given = tuple(s.strip() for s in given.split(",")) if given is not None else ()
            weights = [Fraction(n.strip()) for n in numbers.split(",")]
            total = sum(weights)
            off += total != 1
            for state, weight in zip(states[child], weights, strict=True):
                table[given + (state,)] = weight / total
        assert len(table) == len(states[child]) * len(list(product(*(states[p] for p in parents))))
        tables[child] = (parents, table)
    return states, tables, off


def marginal(states, tables, wanted):
    """The joint distribution of some variables: only what is above them matters; the cheapest is summed out first."""
    above, open_ = set(), list(wanted)
    while open_:
        name = open_.pop()
        if name not in above:
            above.add(name)
            open_ += tables[name][0]
    factors = [(tables[n][0] + [n], tables[n][1]) for n in sorted(above)]
    rest = above - set(wanted)
    while rest:
        def cost(name):
            scope = {v for names, _ in factors if name in names for v in names}
            size = 1
            for v in scope:
                size *= len(states[v])
            return size, name
        name = min(rest, key=cost)
        rest.remove(name)
        touched = [f for f in factors if name in f[0]]
        factors = [f for f in factors if name not in f[0]]
        names, values = multiply(touched, states)
        at = names.index(name)
        summed = {}
        for point, value in values.items():
            key = point[:at] + point[at + 1:]
            summed[key] = summed.get(key, 0) + value
        factors.append((names[:at] + names[at + 1:], summed))
    names, values = multiply(factors, states)
    order = [names.index(w) for w in wanted]
    return {tuple(point[i] for i in order): value for point, value in values.items() if value}


def multiply(factors, states):
    names, values = [], {(): Fraction(1)}
    for more, table in factors:
        new = [n for n in more if n not in names]
        joined = {}
        for point, value in values.items():
            known = dict(zip(names, point))
            for tail in product(*(states[n] for n in new)):
                full = known | dict(zip(new, tail))
                weight = table.get(tuple(full[n] for n in more), 0)
                if weight:
                    joined[point + tail] = value * weight
        names, values = names + new, joined
    return names, values


def answer(file):
    states, tables, off = read(pathlib.Path(file).read_text())
    names = list(states)
    queries = [[n] for n in names] + [[a, b] for a, b in zip(names, reversed(names)) if a != b][:12]
    found = [{"wires": q, "law": {",".join(p): str(w) for p, w in marginal(states, tables, q).items()}} for q in queries]
    json.dump({"off": off, "answers": found}, sys.stdout)


if __name__ == "__main__":
    {"unpack": unpack, "answer": answer}[sys.argv[1]](sys.argv[2])
