"""What `mcheck lm analyse --format json` reports, computed again in another way: with NumPy in double precision, all
predictions in memory at once, one formula after the other as they are defined.

reference.py DIR [SEED]

DIR holds head.npy, hidden.npy, tokens.npy, perhaps bias.npy and future.npy, or one model.safetensors with these names.
Writes one JSON object. Exit code 3: NumPy is not installed.
"""

import json
import sys
from pathlib import Path

try:
    import numpy as np
except ImportError:
    sys.exit(3)

import drafts

SKETCH, LEADING, BLOCK = 32, 8, 256


def load(folder):
    """The tensors by name, floats as doubles."""
    found = {}
    for path in sorted(Path(folder).iterdir()):
        if path.suffix == ".npy":
            found[path.stem] = np.load(path)
        elif path.suffix == ".safetensors":
            found.update(load_safetensors(path))
    names = {"lm_head.weight": "head", "lm_head.bias": "bias"}
    return {names.get(k, k): v.astype(np.float64) if v.dtype.kind == "f" else v for k, v in found.items()}


def load_safetensors(path):
    """Reads the format by hand: this reference shares no code with what it checks."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U16": "<u2"}
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__":
            continue
        begin, end = info["data_offsets"]
        raw = data[8 + length + begin : 8 + length + end]
        if info["dtype"] == "BF16":
            wide = np.frombuffer(raw, "<u2").astype("<u4") << 16
            values = wide.view("<f4")
        else:
            values = np.frombuffer(raw, kinds[info["dtype"]])
        tensors[name] = values.reshape(info["shape"])
    return tensors


def signs(seed, tokens):
    """SplitMix64 of each token; the lowest bits are the signs."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + (np.arange(tokens, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    bits = (z[:, None] >> np.arange(SKETCH, dtype=np.uint64)) & np.uint64(1)
    return np.where(bits == 1, 1.0, -1.0)


def spectrum(values):
    values = np.maximum(np.sort(values)[::-1], 0)
    share = values / values.sum()
    share = share[share > 0]
    return {
        "values": values.tolist(),
        "trace": values.sum(),
        "participation": values.sum() ** 2 / (values**2).sum(),
        "effective_rank": np.exp(-(share * np.log(share)).sum()),
        "top_share": values[0] / values.sum(),
    }


def mean(x):
    """Mean, deviation, and the margin from blocks if there are enough."""
    n, blocks = len(x), len(x) // BLOCK
    if blocks >= 8:
        means = x[: blocks * BLOCK].reshape(blocks, BLOCK).mean(1)
        error = means.std() / np.sqrt(blocks - 1)
    else:
        error = x.std() / np.sqrt(max(n - 1, 1))
    return {"mean": x.mean(), "deviation": x.std(), "margin": 1.96 * error}


def potential(h, w, bias):
    """log Σ exp(−½|h − g|² + ½|g|² + b): the log-partition of distances, corrected for the lengths of rows."""
    distances = (h**2).sum(1)[:, None] - 2 * h @ w.T + (w**2).sum(1)
    return np.logaddexp.reduce(-0.5 * distances + 0.5 * (w**2).sum(1) + bias, axis=1)


def surrogates(h, w, bias, tokens):
    """Quadratic bounds of the loss, state by state, then averaged."""
    p0 = np.exp(bias - np.logaddexp.reduce(bias))
    u = h @ w.T
    own = np.arange(len(h)), tokens
    common = np.logaddexp.reduce(bias) - bias[tokens] - u[own] + u @ p0
    curved = 0.25 * ((u - u.mean(1, keepdims=True)) ** 2).sum(1)
    radius = ((w - w.mean(0)) ** 2).sum(1).max()
    return {"bohning": (common + curved).mean(), "ball": (common + 0.5 * radius * (h**2).sum(1)).mean()}


def functions(x):
    """An orthonormal basis of the centred columns, by the singular value decomposition; the largest first."""
    u, s, _ = np.linalg.svd(x - x.mean(0), full_matrices=False)
    return u[:, s > 1e-5 * s[0]], s


def alignment(states, features, leading):
    """Sines of principal angles from residuals, with bases of functions on the states themselves."""
    basis, _ = functions(states)
    own, values = functions(features)
    k = min(leading, own.shape[1], basis.shape[1])
    target = own[:, :k]

    def sines(q):
        residual = target - q @ (q.T @ target)
        return np.sort(np.linalg.svd(residual, compute_uv=False)).tolist()

    centred = features - features.mean(0)
    explained = ((basis.T @ centred) ** 2).sum() / (centred**2).sum()
    return {"sines": sines(basis), "sines_to_leading": sines(basis[:, :k]), "explained": explained}


def cka(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    return ((x.T @ y) ** 2).sum() / np.sqrt(((x.T @ x) ** 2).sum() * ((y.T @ y) ** 2).sum())


def entropy(counts):
    counts = counts[counts > 0].astype(float)
    n = counts.sum()
    plug_in = np.log(n) - (counts * np.log(counts)).sum() / n
    return {"plug_in": plug_in, "corrected": plug_in + (len(counts) - 1) / (2 * n)}


def reference(folder, seed):
    data = load(folder)
    w, h = data["head"], data["hidden"]
    tokens = data["tokens"].reshape(-1) if "tokens" in data else data["future"][:, 0]
    bias = data.get("bias", np.zeros(len(w)))
    n, v = len(h), len(w)
    logits = h @ w.T + bias
    log_z = np.logaddexp.reduce(logits, axis=1)
    log_p = logits - log_z[:, None]
    p = np.exp(log_p)
    g = w[tokens]
    nll = -log_p[np.arange(n), tokens]
    squares = (p**2).sum(1)
    m, y = p @ w, p @ signs(seed, v)
    per_state = {
        "nll": nll,
        "entropy": -(p * log_p).sum(1),
        "gini": 1 - squares,
        "hellinger": 2 - 2 * (p**1.5).sum(1),
        "collision": -np.log(squares),
        "log_z": log_z,
        "energy": 0.5 * ((h - g) ** 2).sum(1),
        "norms": 0.5 * (g**2).sum(1) + bias[tokens],
        "potential": potential(h, w, bias),
    }
    # The metric of each state, averaged: the definition, not the shortcut.
    fisher = np.zeros((w.shape[1],) * 2)
    for row in p:
        centred = w - row @ w
        fisher += (centred * row[:, None]).T @ centred / n
    unit = h / np.linalg.norm(h, axis=1, keepdims=True)
    cosines = unit @ unit.T
    similarity = np.linalg.eigvalsh(p.T @ p / n)[::-1]
    second = np.linalg.eigvalsh(h.T @ h / n)
    out = {
        "means": {name: mean(x) for name, x in per_state.items()},
        "perplexity": np.exp(nll.mean()),
        "accuracy": (logits[np.arange(n), tokens] >= logits.max(1)).mean(),
        "unigram": entropy(np.bincount(tokens, minlength=v)),
        "fisher": spectrum(np.linalg.eigvalsh(fisher)),
        "covariance": spectrum(np.linalg.eigvalsh(np.cov(h.T, bias=True))),
        "anisotropy": {
            "cosine": (cosines.sum() - n) / (n * (n - 1)),
            "top_share": second[-1] / second.sum(),
        },
        "similarity_values": similarity[:SKETCH].tolist(),
        "similarity": {"trace": squares.mean()},
        "embedding_covariance": spectrum(np.linalg.eigvalsh(np.cov(m.T, bias=True))),
        "alignment": {
            "embedding": alignment(h, m, LEADING),
            "prediction": alignment(h, y, LEADING),
            "embedding_cka": {"value": cka(h, m)},
        },
        # The sketch estimates this.
        "true_prediction_cka": cka(h, p),
        "nll_bins": np.bincount(np.minimum((nll / (2 * np.log(v)) * 64).astype(int), 63), minlength=64).tolist(),
    }
    future = data.get("future")
    out["surrogates"] = surrogates(h, w, bias, tokens)
    out["later"] = [] if future is None else [later(h, w, y, future, j, seed) for j in range(1, future.shape[1])]
    return out


def later(h, w, y, future, j, seed):
    cell = ((y[:, :4] > 0) << np.arange(4)).sum(1)
    out = {
        "ahead": j + 1,
        "entropy": entropy(np.bincount(future[:, j])),
        "cells": drafts.information(future[:, 0].astype(np.int64), cell, drafts.classes(w, seed)[future[:, j]]),
    }
    if len(h) > BLOCK:
        out["draft"] = drafts.draft(h, future.astype(np.int64), j, len(w))
    return out


if __name__ == "__main__":
    json.dump(reference(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1), sys.stdout)
