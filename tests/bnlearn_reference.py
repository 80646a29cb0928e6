"""The networks of the bnlearn repository, as PyPI's `pgmpy` ships them, and an exact reference for them.

    python3 bnlearn_reference.py unpack FOLDER      writes every network to FOLDER; exit code 3 where there is no pgmpy
    python3 bnlearn_reference.py answer FILE.bif    marginals as JSON, rows that do not sum to 1 divided by their sums
    python3 bnlearn_reference.py ask FILE.bif LIMIT marginals and posteriors as JSON, what such rows lack on their largest entry

pgmpy is not imported: only its files are read. The reading of BIF and the elimination of variables are written here once
more and share nothing with mcheck: `answer` is the plain definition over fractions with states by name, `ask` works on
integers, each table times its own denominator, and reaches all networks. Where both answer they are compared with the same
program, though not with each other.
"""

import gzip
import importlib.util
import json
import pathlib
import random
import re
import sys
from fractions import Fraction
from itertools import product
from math import gcd


def unpack(folder):
    package = importlib.util.find_spec("pgmpy")
    if package is None or not package.submodule_search_locations:
        sys.exit(3)
    models = pathlib.Path(package.submodule_search_locations[0]) / "utils" / "example_models"
    for file in sorted(models.glob("*.bif.gz")):
        target = pathlib.Path(folder) / file.name.removesuffix(".gz")
        target.write_bytes(gzip.decompress(file.read_bytes()))
        print(target.stem)


def blocks(text):
    """States of each variable, and for each table its child, its parents and its rows: given states, numbers as written."""
    states, tables = {}, []
    for name, listed in re.findall(r"variable\s+(\S+)\s*\{\s*type\s+discrete\s*\[\s*\d+\s*\]\s*\{([^}]*)\}", text):
        states[name] = [s.strip() for s in listed.split(",")]
    for head, body in re.findall(r"probability\s*\(([^)]*)\)\s*\{([^}]*)\}", text):
        child, _, above = (part.strip() for part in head.partition("|"))
        parents = [p.strip() for p in above.split(",")] if above else []
        rows = []
        for row in body.split(";"):
            row = row.strip()
            if not row:
                continue
            given, numbers = re.fullmatch(r"(?:table|\(([^)]*)\))(.*)", row, re.S).groups()
            given = tuple(s.strip() for s in given.split(",")) if given is not None else ()
            rows.append((given, [n.strip() for n in numbers.split(",")]))
        tables.append((child, parents, rows))
    return states, tables


def read(text):
    """States of each variable, and each variable's parents with a dictionary from points to fractions."""
    states, written = blocks(text)
    tables, off = {}, 0
    for child, parents, rows in written:
        table = {}
        for given, numbers in rows:
            weights = [Fraction(n) for n in numbers]
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


def decimal(text):
    """A number as it is written, as an integer and a power of ten that it is to be divided by."""
    digits, _, power = text.lower().partition("e")
    whole, _, part = digits.partition(".")
    return int(whole + part), len(part) - int(power or 0)


def read_integers(text):
    """For each variable its number of states, and its parents with a dictionary from points, as numbers of states, to
    integers without the zeros: probabilities times a number that depends on the table alone. Also the number of rows that
    were repaired."""
    states, written = blocks(text)
    at = {name: {s: i for i, s in enumerate(listed)} for name, listed in states.items()}
    tables, off, known = {}, 0, {}
    for child, parents, rows in written:
        # Tables repeat few numbers many times.
        for number in {n for _, numbers in rows for n in numbers} - known.keys():
            known[number] = decimal(number)
        places = max(0, max(known[n][1] for _, numbers in rows for n in numbers))
        one = 10 ** places
        table, seen = {}, 0
        for given, numbers in rows:
            weights = [m * 10 ** (places - p) for m, p in (known[n] for n in numbers)]
            assert len(weights) == len(states[child])
            missing = one - sum(weights)
            if missing:
                off += 1
                largest = weights.index(max(weights))
                weights[largest] += missing
            assert min(weights) >= 0
            point = tuple(at[p][s] for p, s in zip(parents, given, strict=True))
            for i, weight in enumerate(weights):
                if weight:
                    table[point + (i,)] = weight
            seen += 1
        combinations = 1
        for parent in parents:
            combinations *= len(states[parent])
        assert seen == combinations
        tables[child] = (parents, table)
    return states, tables, off


def relevant(tables, wanted):
    """What is above some variables; everything else sums to 1 (it is barren)."""
    above, open_ = set(), list(wanted)
    while open_:
        name = open_.pop()
        if name not in above:
            above.add(name)
            open_ += tables[name][0]
    return above


def min_fill(scopes, rest, size):
    """An order of elimination in which each step joins the fewest pairs that were apart, and what its tables amount to."""
    near = {}
    for scope in scopes:
        for a in scope:
            near.setdefault(a, set()).update(b for b in scope if b != a)
    order, amount, rest = [], 0, set(rest)

    def fill(name):
        around = sorted(near[name])
        return sum(b not in near[a] for i, a in enumerate(around) for b in around[i + 1:])

    # What a step costs changes only where an edge appears or disappears: for its neighbours and theirs.
    costs = {name: fill(name) for name in rest}
    while rest:
        name = min(rest, key=lambda n: (costs[n], n))
        around = near.pop(name)
        table = size[name]
        for a in around:
            table *= size[a]
        amount += table
        for a in around:
            near[a] |= around
            near[a] -= {a, name}
        rest.remove(name)
        order.append(name)
        for a in around.union(*(near[a] for a in around)) & rest:
            costs[a] = fill(a)
    return order, amount


def plan(tables, size, target, seen):
    """The order for a question and its amount of work, with the scopes that are left once what is seen is put in."""
    above = relevant(tables, [target, *seen])
    scopes = [[v for v in tables[n][0] + [n] if v not in seen] for n in sorted(above)]
    order, amount = min_fill(scopes, above - {target} - seen.keys(), size)
    return above, order, amount


def restrict(names, table, seen):
    """The part of a table where each variable that is seen has its value."""
    if not any(n in seen for n in names):
        return names, table
    fixed = [(i, seen[n]) for i, n in enumerate(names) if n in seen]
    free = [i for i, n in enumerate(names) if n not in seen]
    part = {tuple(p[i] for i in free): w for p, w in table.items() if all(p[i] == v for i, v in fixed)}
    return [names[i] for i in free], part


def join(left, right, without):
    """The product of two tables, with one variable summed out unless it is None."""
    (names, table), (more, other) = left, right
    common = [n for n in more if n in names]
    mine, theirs = [names.index(n) for n in common], [more.index(n) for n in common]
    new = [i for i, n in enumerate(more) if n not in names and n != without]
    keep = [i for i, n in enumerate(names) if n != without]
    groups = {}
    for point, weight in other.items():
        groups.setdefault(tuple(point[i] for i in theirs), []).append((tuple(point[i] for i in new), weight))
    result = {}
    for point, weight in table.items():
        head = tuple(point[i] for i in keep)
        for tail, factor in groups.get(tuple(point[i] for i in mine), ()):
            key = head + tail
            result[key] = result.get(key, 0) + weight * factor
    return [names[i] for i in keep] + [more[i] for i in new], result


def lowest(names, table):
    """The table divided by the common factor of its entries: one constant more that the last step divides away."""
    common = gcd(*table.values())
    return names, {p: w // common for p, w in table.items()} if common > 1 else table


def posterior(tables, target, seen, above, order):
    """The law of one variable, given values of others, whose joint probability is not 0."""
    factors = [restrict(tables[n][0] + [n], tables[n][1], seen) for n in sorted(above)]
    one = ([], {(): 1})
    for name in order:
        touched = sorted((f for f in factors if name in f[0]), key=lambda f: len(f[1]))
        factors = [f for f in factors if name not in f[0]]
        result = one
        for factor in touched[:-1]:
            result = join(result, factor, None)
        factors.append(lowest(*join(result, touched[-1], name)))
    names, table = one
    for factor in factors:
        names, table = lowest(*join((names, table), factor, None))
    assert names == [target]
    total = sum(table.values())
    return {value: Fraction(weight, total) for (value,), weight in table.items()}


def possible(tables, draw):
    """A value of each variable, all of them possible together: downwards, any value that can occur given the parents."""
    values = {}

    def choose(name):
        parents, table = tables[name]
        given = tuple(values[p] for p in parents)
        values[name] = draw.choice(sorted(p[-1] for p in table if p[:-1] == given))

    for name in tables:
        open_ = [name]
        while open_:
            waiting = [p for p in tables[open_[-1]][0] if p not in values]
            if waiting:
                open_ += waiting
            else:
                last = open_.pop()
                if last not in values:
                    choose(last)
    return values


def ask(file, limit):
    """Questions of each kind: a variable, given no, one or two others. They are drawn at random, always the same ones, and
    left out if the tables on the way would have more than `limit` numbers."""
    states, tables, off = read_integers(pathlib.Path(file).read_text())
    size = {n: len(s) for n, s in states.items()}
    draw = random.Random(1)
    names = sorted(states)
    near = {n: set(tables[n][0]) for n in names}
    for name in names:
        for parent in tables[name][0]:
            near[parent].add(name)

    def question(evidence):
        """What is seen is a walk of a few arcs away from the target, since the far side of a network rarely matters."""
        target, seen = draw.choice(names), set()
        for _ in range(evidence):
            at = target
            for _ in range(draw.randint(1, 5)):
                at = draw.choice(sorted(near[at]) or [at])
            seen.add(at)
        return target, sorted(seen - {target})

    found, heavy = [], 0
    for evidence in (0, 1, 2):
        answered = tried = 0
        while answered < 10 and tried < 200:
            tried += 1
            target, others = question(evidence)
            if len(others) != evidence:
                continue
            values = possible(tables, draw) if others else {}
            seen = {n: values[n] for n in others}
            above, order, amount = plan(tables, size, target, seen)
            if amount > int(limit):
                heavy += 1
                continue
            law = posterior(tables, target, seen, above, order)
            found.append({
                "wire": target,
                "seen": {n: states[n][v] for n, v in seen.items()},
                "law": {states[target][v]: str(w) for v, w in law.items()},
            })
            answered += 1
    json.dump({"off": off, "heavy": heavy, "answers": found}, sys.stdout)


if __name__ == "__main__":
    {"unpack": unpack, "answer": answer, "ask": ask}[sys.argv[1]](*sys.argv[2:])
