"""The same sums in PyTorch, for `benches/lm.rs`: one pass over blocks of states in single precision, second moments in
double. Writes seconds of the pass (wall and processor), the largest memory of the process in MB, and some results.

lm.py DIR THREADS
"""

import json
import math
import resource
import sys
import time

try:
    import numpy as np
    import torch
except ImportError:
    sys.exit(3)

BLOCK, SKETCH = 1024, 32


@torch.no_grad()
def main():
    folder, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    # Products of small probabilities leave the normal range; nobody wants to wait for that.
    torch.set_flush_denormal(True)
    # Before the data are read: what importing PyTorch takes is not counted against it.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin, cpu = time.perf_counter(), time.process_time()
    w = torch.from_numpy(np.load(f"{folder}/head.npy"))
    hidden = np.load(f"{folder}/hidden.npy", mmap_mode="r")
    tokens = torch.from_numpy(np.load(f"{folder}/tokens.npy"))
    (v, d), n = w.shape, len(hidden)
    signs = torch.where(torch.rand(v, SKETCH) < 0.5, -1.0, 1.0)
    double = torch.float64
    prediction, spread = torch.zeros(v, dtype=double), torch.zeros(v, SKETCH, dtype=double)
    hh, mm, hm = (torch.zeros(d, d, dtype=double) for _ in range(3))
    yy, hy = torch.zeros(SKETCH, SKETCH, dtype=double), torch.zeros(d, SKETCH, dtype=double)
    sums = torch.zeros(7, dtype=double)
    h_sum, m_sum, u_sum = (torch.zeros(d, dtype=double) for _ in range(3))
    for first in range(0, n, BLOCK):
        h = torch.from_numpy(np.array(hidden[first : first + BLOCK]))
        target = tokens[first : first + BLOCK]
        logits = h @ w.T
        log_z = torch.logsumexp(logits, 1)
        log_p = logits - log_z[:, None]
        p = log_p.exp()
        g = w[target]
        square = (p * p).sum(1)
        scalars = [
            -log_p.gather(1, target[:, None])[:, 0],
            -(p * log_p).sum(1),
            1 - square,
            2 - 2 * (p * p.sqrt()).sum(1),
            -square.log(),
            log_z,
            0.5 * ((h - g) ** 2).sum(1),
        ]
        sums += torch.stack([s.to(double).sum() for s in scalars])
        m, y = p @ w, p @ signs
        prediction += p.sum(0).to(double)
        spread += (p.T @ y).to(double)
        h64, m64, y64 = h.to(double), m.to(double), y.to(double)
        hh += h64.T @ h64
        mm += m64.T @ m64
        hm += h64.T @ m64
        yy += y64.T @ y64
        hy += h64.T @ y64
        h_sum += h64.sum(0)
        m_sum += m64.sum(0)
        u_sum += (h64 / h64.norm(dim=1, keepdim=True)).sum(0)
    w64 = w.to(double)
    fisher = w64.T @ (w64 * (prediction / n)[:, None]) - mm / n
    values = torch.linalg.eigvalsh(fisher)
    states = torch.linalg.eigh(hh / n - torch.outer(h_sum, h_sum) / n**2)
    embeddings = torch.linalg.eigh(mm / n - torch.outer(m_sum, m_sum) / n**2)
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump(
        {
            "wall": wall,
            "cpu": cpu,
            "memory": memory / 1024,
            "without_import": (memory - before) / 1024,
            "nll": (sums[0] / n).item(),
            "entropy": (sums[1] / n).item(),
            "participation": (values.sum() ** 2 / (values**2).sum()).item(),
            "states": math.sqrt((states.eigenvalues**2).sum().item()),
            "embeddings": math.sqrt((embeddings.eigenvalues**2).sum().item()),
        },
        sys.stdout,
    )


main()
