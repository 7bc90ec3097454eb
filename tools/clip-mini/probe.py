"""How much a linear probe can read from clip-mini's embeddings, beside TF-IDF with logistic regression.
usage: probe.py --model ../../models/clip-mini --photos FOLDER(photos-96px, unpacked) --test ../../../shared/photos [--json FILE]

Five folds over the 2,010 photos by iterative stratification, three seeds, kept in folds.json. A probe is scikit-learn's
LogisticRegression, one for each label; its C is chosen on a slice of other photos (data.split_photos), never on these.
mAP: average precision of each label, mean over labels, then over folds. The embeddings are those of the ONNX files."""
import argparse, json, os, warnings
import numpy as np, onnxruntime as ort
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
import data, tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
GRID = (0.3, 1, 3, 10, 30, 100)
warnings.filterwarnings('ignore', category=ConvergenceWarning)


def stratify(y, k, seed):
    """Iterative stratification (Sechidis, Tsoumakas, Vlahavas, ECML-PKDD 2011): the fold of each row."""
    rng = np.random.RandomState(seed); n = len(y); fold = np.full(n, -1)
    want = np.full(k, n / k); each = np.tile(y.sum(0) / k, (k, 1)).astype(float)
    while (fold < 0).any():
        left = fold < 0; counts = y[left].sum(0); positive = np.flatnonzero(counts)
        if len(positive) == 0:
            for i in rng.permutation(np.flatnonzero(left)):
                j = rng.choice(np.flatnonzero(want == want.max())); fold[i] = j; want[j] -= 1
            break
        label = positive[np.argmin(counts[positive])]
        for i in rng.permutation(np.flatnonzero(left & (y[:, label] > 0))):
            best = np.flatnonzero(each[:, label] == each[:, label].max()); best = best[want[best] == want[best].max()]
            j = rng.choice(best); fold[i] = j; want[j] -= 1; each[j] -= y[i]
    return fold


class Encoder:
    def __init__(self, folder, threads):
        o = ort.SessionOptions(); o.intra_op_num_threads = threads
        load = lambda f: ort.InferenceSession(os.path.join(folder, 'onnx', f), o, providers=['CPUExecutionProvider'])
        self.vision, self.text = load('vision_model.onnx'), load('text_model.onnx')
        with open(os.path.join(folder, 'preprocessor_config.json')) as f: c = json.load(f)
        self.size = c['size']['shortest_edge']; self.mean, self.std = np.float32(c['image_mean']), np.float32(c['image_std'])
        self.encode = tokenizer.load_tokenizer(os.path.join(folder, 'tokenizer.json'))[0]

    def images(self, paths):
        out = []
        for k in range(0, len(paths), 32):
            x = np.stack([data.square(Image.open(p), self.size) for p in paths[k:k + 32]]).astype(np.float32) / 255
            out.append(self.vision.run(None, {'pixel_values': ((x - self.mean) / self.std).transpose(0, 3, 1, 2)})[0])
        return unit(np.concatenate(out))

    def texts(self, texts):
        out = []
        for t in texts:
            ids = np.array([self.encode(t)], np.int64); out.append(self.text.run(None, {'input_ids': ids, 'attention_mask': np.ones_like(ids)})[0])
        return unit(np.concatenate(out))


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def score(y, folds, features, c=1.0, max_iter=100):
    """mAP and samples-F1 at 0.5 of each fold. `features` is an array, or a function (train rows, test rows) -> two arrays."""
    out = []
    for k in range(folds.max() + 1):
        tr, te = np.flatnonzero(folds != k), np.flatnonzero(folds == k)
        a, b = features(tr, te) if callable(features) else (features[tr], features[te])
        keep = [j for j in range(y.shape[1]) if 0 < y[tr, j].sum() < len(tr) and y[te, j].any()]
        p = np.stack([LogisticRegression(C=c, max_iter=max_iter).fit(a, y[tr, j]).predict_proba(b)[:, 1] for j in keep], 1)
        hit, t = p > 0.5, y[te][:, keep] > 0
        f1 = 2 * (hit & t).sum(1) / np.maximum(1, hit.sum(1) + t.sum(1))
        out.append((np.mean([average_precision_score(t[:, j], p[:, j]) for j in range(len(keep))]), f1.mean(), len(keep)))
    return np.array(out)


def main():
    p = argparse.ArgumentParser(); p.add_argument('--model', required=True); p.add_argument('--photos', required=True); p.add_argument('--test', required=True)
    p.add_argument('--threads', type=int, default=2); p.add_argument('--json'); p.add_argument('--grid', default=','.join(map(str, GRID))); a = p.parse_args()
    csv_path = os.path.join(a.test, 'photos.csv'); test = data.read_photos_csv(csv_path); assert len(test) == 2010
    names = sorted({l for _, ls, _ in test for l in ls}); hot = lambda rows: np.array([[l in ls for l in names] for ls in rows]).astype(int)
    y = hot([ls for _, ls, _ in test]); captions = [c for _, _, c in test]
    folds_path = os.path.join(HERE, 'folds.json')
    if not os.path.exists(folds_path):
        with open(folds_path, 'w') as f:
            json.dump({'origin': 'probe.py: iterative stratification, 5 folds, one string of digits for each seed in the order of keys', 'keys': [int(k) for k, _, _ in test],
                       'seeds': {str(s): ''.join(map(str, stratify(y, 5, s))) for s in (0, 1, 2)}}, f, separators=(',', ':')); f.write('\n')
    with open(folds_path) as f: kept = json.load(f)
    assert kept['keys'] == [int(k) for k, _, _ in test]
    folds = {s: np.array([int(d) for d in v]) for s, v in kept['seeds'].items()}
    enc = Encoder(a.model, a.threads)

    _, rest = data.split_photos(data.read_samples(a.photos), data.held_out(csv_path))
    assert not {k for k, _, _ in test} & {data.key(s['file']) for s in rest}
    ry = hot([s['labels'] for s in rest]); rf = stratify(ry, 5, 0)
    def embed(paths, texts):
        v, q = enc.images(paths), enc.texts(texts); return {'image': v, 'text': q, 'fused': np.concatenate([v, q], 1)}
    chosen = {}; other = embed([os.path.join(a.photos, 'images', s['file']) for s in rest], [s['caption'] for s in rest])
    for name, x in other.items():
        tries = {c: score(ry, rf, x, c, 300)[:, 0].mean() for c in map(float, a.grid.split(','))}
        chosen[name] = max(tries, key=tries.get); print('slice', name, {c: round(v, 4) for c, v in tries.items()}, flush=True)

    mine = embed([os.path.join(a.test, 'images', k + '.jpg') for k, _, _ in test], captions)
    def tfidf(tr, te):
        v = TfidfVectorizer(); return v.fit_transform([captions[i] for i in tr]), v.transform([captions[i] for i in te])
    result = {}
    for name, x, c, it in [('tfidf', tfidf, 1.0, 100)] + [(n, x, chosen[n], 300) for n, x in mine.items()]:
        per = [score(y, f, x, c, it) for f in folds.values()]; maps = np.array([s[:, 0].mean() for s in per])
        result[name] = {'C': c, 'mAP': round(float(maps.mean()), 4), 'sd over seeds': round(float(maps.std(ddof=1)), 4), 'sd over folds and seeds': round(float(np.concatenate([s[:, 0] for s in per]).std(ddof=1)), 4), 'by seed': [round(float(m), 4) for m in maps],
                        'samples-F1': round(float(np.mean([s[:, 1].mean() for s in per])), 4), 'fewest labels in a fold': int(min(s[:, 2].min() for s in per))}
        print(name, result[name], flush=True)
    sim = mine['image'] @ mine['text'].T; rank = (sim > sim.diagonal()[:, None]).sum(1) + 1
    result['image finds its caption'] = {'recall@10 of 2010': round(float((rank <= 10).mean()), 4), 'median rank': float(np.median(rank))}
    print(result['image finds its caption'])
    if a.json:
        with open(a.json, 'w') as f: json.dump(result, f, indent=1); f.write('\n')


if __name__ == '__main__':
    main()
