"""The fit of linear-probe.bench.ts by others: L independent logistic regressions on the same features, to the same objective, mean loss
+ penalty/2 |w|^2.   usage: linear_probe.py FOLDER N F L PENALTY THREADS     reads features.f32 and targets.u8 in FOLDER, and answers
each line that it is given by a line of JSON:

  optimum FILE             of weights f32 [L, F + 1], biases last: their objectives, and the least in float64, by Newton's method
  scikit-learn LABELS      one-vs-rest LogisticRegression, lbfgs, on so many labels
  torch EVALUATIONS        all labels as one problem by torch.optim.LBFGS: the objective after so many seconds"""
import json, sys, time, warnings
import numpy as np

warnings.filterwarnings('ignore')
folder, n, width, labels, penalty, threads = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5]), int(sys.argv[6])
X = np.fromfile(f'{folder}/features.f32', np.float32).reshape(n, width)
Y = np.fromfile(f'{folder}/targets.u8', np.uint8).reshape(n, labels)


def values(W, b):
    S = X.astype(np.float64) @ W.T.astype(np.float64) + b
    return ((np.logaddexp(0, S) - Y[:, :len(W)] * S).mean(0) + penalty / 2 * (W.astype(np.float64) ** 2).sum(1)).tolist()


def optimum(file):
    given = np.fromfile(file, np.float32).reshape(labels, width + 1).astype(np.float64)
    A = np.hstack([X.astype(np.float64), np.ones((n, 1))])
    ridge = np.append(np.full(width, penalty), 0)
    least, left = [], []
    for y, start in zip(Y.T.astype(np.float64), given):
        at = lambda p: 1 / (1 + np.exp(-(A @ p)))
        slope = lambda p: A.T @ (at(p) - y) / n + ridge * p
        value = lambda p: (np.logaddexp(0, A @ p) - y * (A @ p)).mean() + (ridge * p * p).sum() / 2
        s = at(start)
        H = (A * (s * (1 - s))[:, None]).T @ A / n + np.diag(ridge)
        point = start - np.linalg.solve(H, slope(start))
        point -= np.linalg.solve(H, slope(point))
        least.append(value(point))
        # What one more step would gain: how far from the least this may still be.
        g = slope(point)
        left.append(g @ np.linalg.solve(H, g) / 2 / least[-1])
    return dict(values=values(given[:, :-1], given[:, -1]), least=least, left=max(left))


def scikit_learn(count):
    """float32 or float64, whichever is faster on two labels; its default tolerance."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    def fit(data, those):
        model = OneVsRestClassifier(LogisticRegression(C=1 / (penalty * n), solver='lbfgs', tol=1e-4, max_iter=1000), n_jobs=threads)
        started = time.perf_counter(); model.fit(data, Y[:, :those]); seconds = time.perf_counter() - started
        found = model.estimators_
        return seconds, values(np.vstack([e.coef_ for e in found]), np.array([e.intercept_[0] for e in found]))
    tried = {kind: fit(X.astype(kind), 2)[0] for kind in ('float32', 'float64')}
    kind = min(tried, key=tried.get)
    seconds, found = fit(X.astype(kind), count)
    return dict(seconds=seconds, labels=count, dtype=kind, values=found)


def torch_lbfgs(evaluations):
    import torch
    torch.set_num_threads(threads)
    x, y = torch.from_numpy(X), torch.from_numpy(Y.astype(np.float32))
    W, b = torch.zeros(labels, width, requires_grad=True), torch.zeros(labels, requires_grad=True)
    optimizer = torch.optim.LBFGS([W, b], max_iter=evaluations, max_eval=evaluations, history_size=10, line_search_fn='strong_wolfe', tolerance_grad=0, tolerance_change=0)
    path = []

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ W.T + b, y, reduction='sum') / n + penalty / 2 * (W * W).sum()
        loss.backward(); path.append([time.perf_counter() - started, loss.item() / labels]); return loss
    started = time.perf_counter(); optimizer.step(closure)
    return dict(path=path, version=torch.__version__)


print('ready', flush=True)
for line in sys.stdin:
    name, argument = line.split()
    answer = optimum(argument) if name == 'optimum' else {'scikit-learn': scikit_learn, 'torch': torch_lbfgs}[name](int(argument))
    print(json.dumps(answer), flush=True)
