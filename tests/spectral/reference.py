"""The best log-bilinear model of rank d and its angles, with numpy and scipy: a list of tables on standard input, a list of
answers on standard output. Ends with code 3 where the packages are not installed."""

import json
import sys

try:
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import logsumexp
except ImportError:
    sys.exit(3)


def descend(f, starts):
    options = dict(maxiter=20000, maxfun=40000, ftol=1e-18, gtol=1e-12, maxcor=30)
    ends = [minimize(f, start, jac=True, method="L-BFGS-B", options=options) for start in starts]
    return min(ends, key=lambda end: end.fun)


def answer(mu, p, d):
    n, v = p.shape
    pbar, root = mu @ p, np.sqrt(mu)[:, None]

    def loss(z):
        logs = logsumexp(z, axis=1, keepdims=True)
        return (mu[:, None] * p * (logs - z)).sum(), mu[:, None] * (np.exp(z - logs) - p)

    def free(x):
        h, u, b = x[: n * d].reshape(n, d), x[n * d : (n + v) * d].reshape(v, d), x[(n + v) * d :]
        value, g = loss(h @ u.T + b)
        return value, np.concatenate([(g @ u).ravel(), (g.T @ h).ravel(), g.sum(0)])

    random = np.random.default_rng(0)
    best = descend(free, [random.normal(size=(n + v) * d + v) for _ in range(12)])
    h, u, b = best.x[: n * d].reshape(n, d), best.x[n * d : (n + v) * d].reshape(v, d), best.x[(n + v) * d :]

    def centred(a):
        return root * (a - mu @ a)

    def span(a):
        return np.linalg.svd(a, full_matrices=False)[0][:, :d]

    q = span(centred(h))

    def sine(s):
        return np.linalg.norm(s - q @ (q.T @ s), 2)

    chi = root * (p - pbar) / np.sqrt(pbar)
    s, values = span(chi), np.linalg.svd(chi)[1]
    features = s / root

    def head(x):
        value, g = loss(features @ x[: v * d].reshape(v, d).T + x[v * d :])
        return value, np.concatenate([(g.T @ features).ravel(), g.sum(0)])

    entropy = -(pbar * np.log(pbar)).sum()
    fixed = descend(head, [np.zeros(v * d + v)]).fun
    u0 = u - pbar @ u
    logs = logsumexp(h @ u0.T + b, axis=1)
    # Balanced features: the second moments of h under mu and of u under pbar are equal and diagonal.
    left, scale, _ = np.linalg.svd(centred(h) @ (np.sqrt(pbar)[:, None] * u0).T, full_matrices=False)
    x, f = left[:, :d] * np.sqrt(scale[:d]), s * values[:d]
    return dict(
        information=(mu[:, None] * p * np.log(p / pbar)).sum(),
        captured=entropy - best.fun,
        half_sum=(values[:d] ** 2).sum() / 2,
        bound=(np.linalg.svd(centred(p))[1][:d] ** 2).sum(),
        sine=sine(s),
        gap=(fixed - best.fun) / (entropy - best.fun),
        rayleigh=np.trace(q.T @ chi @ chi.T @ q) / (values[:d] ** 2).sum(),
        cka=np.linalg.norm(x.T @ f) ** 2 / np.linalg.norm(x.T @ x) / np.linalg.norm(f.T @ f),
        sine_linear=sine(span(centred(p))),
        sine_bhattacharyya=sine(span(centred(np.sqrt(p)))),
        sine_prototypes=sine(span(centred(p @ u))),
        log_partition_spread=np.sqrt(mu @ (logs - mu @ logs) ** 2),
    )


tables = json.load(sys.stdin)
print(json.dumps([answer(np.array(t["mu"]), np.array(t["p"]), t["rank"]) for t in tables]))
