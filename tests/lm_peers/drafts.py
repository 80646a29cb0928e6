"""The quantities about later tokens, computed again: estimates from counts, and drafts learned from the first blocks and
tested on the others. `reference.py` uses this. See `src/lm/cells.rs` and `src/lm/draft.rs` for what they are.
"""

import numpy as np

BLOCK, MOST_BLOCKS, CELLS, CLASSES = 256, 64, 16, 16
MASK = (1 << 64) - 1
BETAS, KAPPAS, LAMBDAS = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [1.0, 5.0, 25.0], [0.0, 0.25, 0.5, 0.7, 0.85]


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def classes(w, seed):
    out = np.zeros(len(w), dtype=np.int64)
    for bit in range(4):
        signs = np.array([1.0 if mixed(seed ^ ((i * 4 + bit + 1) << 20)) & 1 else -1.0 for i in range(w.shape[1])])
        values = w @ signs
        out |= (values > values.mean()).astype(np.int64) << bit
    return out


def entropy(keys):
    counts = np.unique(keys, return_counts=True)[1].astype(float)
    n = counts.sum()
    return -(counts / n * np.log(counts / n)).sum(), (len(counts) - 1) / (2 * n), len(counts)


def information(next_token, cell, kind):
    """I(cell; kind | next) from counts, plain and with the correction of Miller and Madow."""
    joint = (next_token * CELLS + cell) * CLASSES + kind
    parts = [entropy(next_token * CELLS + cell), entropy(next_token * CLASSES + kind), entropy(next_token), entropy(joint)]
    signs = [1, 1, -1, -1]
    plug_in = sum(s * p[0] for s, p in zip(signs, parts))
    return {
        "plug_in": plug_in,
        "corrected": plug_in + sum(s * p[1] for s, p in zip(signs, parts)),
        "occupied": parts[3][2],
    }


def pair_probability(first, second, unigram, pairs, totals, lam):
    """Mixture of the unigram and what followed `first`; where it was never seen, the unigram alone."""
    known = totals[first] > 0
    seen = pairs[first, second] / np.maximum(totals[first], 1)
    return np.where(known, (1 - lam) * unigram[second] + lam * seen, unigram[second])


def counts(first, second, v):
    pairs = np.zeros((v, v))
    np.add.at(pairs, (first, second), 1)
    tokens = pairs.sum(0)
    return pairs, pairs.sum(1), tokens, (tokens + 0.5) / (len(first) + 0.5 * v)


def head(x, target, v, tokens, unigram, inverse, beta, kappa):
    """Weights and biases of Fisher's discriminant with shrunk means."""
    plain = np.zeros((v, x.shape[1]))
    np.add.at(plain, target, x)
    plain /= np.maximum(tokens, 1)[:, None]
    turned = plain @ inverse
    factor = beta * tokens / (tokens + kappa)
    square = (plain * turned).sum(1)
    return factor[:, None] * turned, np.log(unigram) - 0.5 * factor**2 * square


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=1)[:, None]


def margin(loss, first_state):
    """From means over whole blocks."""
    blocks = len(loss) // BLOCK
    means = loss[: blocks * BLOCK].reshape(blocks, BLOCK).mean(1)
    return 1.96 * means.std() / np.sqrt(blocks - 1)


def draft(h, future, j, v):
    n = len(h)
    learn = min(-(-n // BLOCK) // 2, MOST_BLOCKS) * BLOCK
    x = h - h[:learn].mean(0)
    covariance = x[:learn].T @ x[:learn] / learn
    d = len(covariance)
    covariance += np.eye(d) * 1e-3 * np.trace(covariance) / d
    inverse = np.linalg.inv(covariance)
    first, target = future[:, 0], future[:, j]
    part = learn - learn // 4
    pairs, totals, tokens, unigram = counts(first[:part], target[:part], v)
    held = slice(part, learn)

    def pair_loss(lam):
        return -np.log(pair_probability(first[held], target[held], unigram, pairs, totals, lam)).sum()

    lam = min(LAMBDAS, key=pair_loss)
    some = slice(part, part + min(learn - part, 1024))
    best = (np.inf, 0, 0)
    for kappa in KAPPAS:
        for beta in BETAS:
            weights, bias = head(x[:part], target[:part], v, tokens, unigram, inverse, beta, kappa)
            logits = log_softmax(x[some] @ weights.T + bias)
            loss = -logits[np.arange(logits.shape[0]), target[some]].sum()
            # The first of equals is kept, up to rounding.
            if loss < best[0] - 1e-9 * abs(best[0]) if np.isfinite(best[0]) else True:
                best = (loss, beta, kappa)
    pairs, totals, tokens, unigram = counts(first[:learn], target[:learn], v)
    weights, bias = head(x[:learn], target[:learn], v, tokens, unigram, inverse, best[1], best[2])
    logits = log_softmax(x[learn:] @ weights.T + bias)
    first, target = first[learn:], target[learn:]
    rows = np.arange(len(target))
    # Every token's factor for every state: the definition, without the shortcut over followers that were seen.
    ratio = np.array([pair_probability(np.full(v, a), np.arange(v), unigram, pairs, totals, lam) for a in first]) / unigram
    both = log_softmax(logits + np.log(ratio))
    losses = [
        -np.log(unigram[target]),
        -np.log(pair_probability(first, target, unigram, pairs, totals, lam)),
        -logits[rows, target],
        -both[rows, target],
    ]
    names = ["unigram", "given_next", "given_state", "given_both"]
    out = {name: {"loss": x.mean(), "margin": margin(x, learn)} for name, x in zip(names, losses)}
    gain = losses[1] - losses[3]
    out["gain"] = {"value": gain.mean(), "margin": margin(gain, learn)}
    out["hits"] = (logits[rows, target] >= logits.max(1)).mean()
    return out
