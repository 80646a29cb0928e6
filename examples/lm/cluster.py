"""Analyses the states of a model on many machines: Dask maps `mcheck lm analyse --shard k/n` over the shards and merges
the partial results as a tree. The result is the same to the last bit as that of one run on one machine.

    python cluster.py DIR --shards 8 --parts PARTS [--scheduler tcp://HOST:8786] [--mcheck mcheck] [-- options of merge]

DIR and PARTS are folders that all workers see under the same path. Without `--scheduler`, a cluster of two worker
processes is started on this machine. A worker that dies takes nothing with it: Dask runs its tasks again elsewhere, and a
partial result is written beside its place and then renamed, so there is never half of one.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from distributed import Client, LocalCluster


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr or done.stdout)
    return done.stdout


def analyse(mcheck, data, k, n, parts, options):
    """One shard; returns the file of its sums."""
    part = str(Path(parts) / f"shard-{k}-of-{n}.part")
    run([mcheck, "lm", "analyse", data, "--shard", f"{k}/{n}", "-o", part, "--threads", "1", *options])
    return part


def join(mcheck, name, *parts):
    """Two partial results as one."""
    run([mcheck, "lm", "merge", *parts, "-o", name])
    return name


def tree(client, mcheck, folder, futures):
    """Merges pairs, then pairs of pairs, until two are left or fewer."""
    level = 0
    while len(futures) > 2:
        level += 1
        pairs = [futures[i : i + 2] for i in range(0, len(futures), 2)]
        futures = [
            client.submit(join, mcheck, str(Path(folder) / f"merge-{level}-{i}.part"), *pair, pure=False)
            if len(pair) == 2
            else pair[0]
            for i, pair in enumerate(pairs)
        ]
    return client.gather(futures)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--parts", required=True)
    parser.add_argument("--scheduler")
    parser.add_argument("--mcheck", default="mcheck")
    parser.add_argument("--option", action="append", default=[], help="an option of analyse, such as --option=--seed=2")
    parser.add_argument("--kill-one", action="store_true", help="kill a worker on the way, to see that nothing is lost")
    # What stands behind `--` are options of the last merge.
    own = sys.argv[1:]
    at = own.index("--") if "--" in own else len(own)
    args, merge = parser.parse_args(own[:at]), own[at + 1 :]
    os.makedirs(args.parts, exist_ok=True)
    cluster = None if args.scheduler else LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with Client(args.scheduler or cluster) as client:
        if args.kill_one:
            pids = list(client.run(os.getpid).values())
        futures = [
            client.submit(analyse, args.mcheck, args.data, k, args.shards, args.parts, args.option, pure=False)
            for k in range(1, args.shards + 1)
        ]
        if args.kill_one:
            futures[0].result()
            os.kill(pids[0], signal.SIGKILL)
            print(f"killed worker {pids[0]}", file=sys.stderr)
        parts = tree(client, args.mcheck, args.parts, futures)
    if cluster:
        cluster.close()
    sys.stdout.write(run([args.mcheck, "lm", "merge", *parts, *merge]))


if __name__ == "__main__":
    main()
