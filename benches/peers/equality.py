"""Compares two diagrams as DisCoPy's hypergraphs, for `benches/equality.rs`.

equality.py FILE SECONDS

FILE: two diagrams with an empty line between them, each with one input wire, 0. A diagram is a line of output wires,
then a line for each box: its name, its output wire, its input wires.
Writes what `==` says and its seconds of processor time, or that it was stopped. Hypergraphs are made straight from boxes
and wires, outside of the clock: composing diagrams and converting them takes longer than that.
"""

import signal
import sys
from time import process_time

from discopy.markov import Box, Hypergraph, Ty


class TimeOver(Exception):
    pass


def stop(*_):
    raise TimeOver


def hypergraph(lines):
    x = Ty("x")
    outputs = tuple(int(word) for word in lines[0].split())
    boxes, wires = [], []
    for line in lines[1:]:
        name, out, *inputs = line.split()
        boxes.append(Box(name, x ** len(inputs), x))
        wires.append((tuple(map(int, inputs)), (int(out),)))
    return Hypergraph(x, x ** len(outputs), tuple(boxes), ((0,), tuple(wires), outputs))


def main():
    path, limit = sys.argv[1], float(sys.argv[2])
    with open(path, encoding="ascii") as file:
        left, right = (hypergraph(part.strip("\n").split("\n")) for part in file.read().split("\n\n"))
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    start = process_time()
    try:
        equal = left == right
    except TimeOver:
        print(f"not in {limit:.0f} s")
        return
    print(f"equal={equal}", f"seconds={process_time() - start}", sep="\t")


main()
