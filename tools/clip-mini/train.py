"""Trains clip-mini from scratch: captions and pixels only, no labels.
usage: train.py --photos FOLDER --scenes FOLDER --held-out photos.csv --work FOLDER --minutes 90 [--init checkpoint.pt]

Losses, both towers together: contrastive over the batch, and predicting the caption's words by one classifier that both
embeddings share. The schedule follows the wall clock, so that a busy machine trains less and still ends well."""
import argparse, collections, json, math, os, re, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.extmath import randomized_svd
from scipy.sparse import csr_matrix
import data, tokenizer
from augment import augment
from model import DIM, ImageTower, TextTower

p = argparse.ArgumentParser()
p.add_argument('--photos', required=True); p.add_argument('--scenes', required=True); p.add_argument('--held-out', required=True)
p.add_argument('--work', required=True); p.add_argument('--minutes', type=float, default=90); p.add_argument('--init')
p.add_argument('--batch', type=int, default=320); p.add_argument('--lr', type=float, default=2e-3); p.add_argument('--vocab', type=int, default=5000)
p.add_argument('--seed', type=int, default=0); p.add_argument('--threads', type=int, default=2); p.add_argument('--tag', default='main')
p.add_argument('--sizes', default='48:0.25,64:0.75,80:1'); p.add_argument('--bench', type=int, default=0)
p.add_argument('--from-fraction', type=float, default=0, help='where in the schedule a continued run starts')
a = p.parse_args()
torch.manual_seed(a.seed); np.random.seed(a.seed); torch.set_num_threads(a.threads)
os.makedirs(a.work, exist_ok=True)

photos, _slice = data.split_photos(data.read_samples(a.photos), data.held_out(a.held_out))
scenes = data.read_samples(a.scenes)
cache = os.path.join(a.work, f'images-{data.STORE}.npy')
if not os.path.exists(cache):
    np.save(cache, np.concatenate([data.load_images(a.photos, photos, data.STORE), data.load_images(a.scenes, scenes, data.STORE)]))
X = torch.from_numpy(np.load(cache))
captions = [s['caption'] for s in photos + scenes]; N = len(captions); assert len(X) == N

tok_path = os.path.join(a.work, 'tokenizer.json')
if not os.path.exists(tok_path):
    tokenizer.train_tokenizer(captions, a.vocab, tok_path, os.path.join(a.work, 'tokenizer_config.json'))
encode, BOS, EOS, V = tokenizer.load_tokenizer(tok_path)
T = 32
ids = torch.full((N, T), EOS); mask = torch.zeros(N, T, dtype=torch.long)
full = [encode(c) for c in captions]
for i, t in enumerate(full):
    t = t if len(t) <= T else t[:T - 1] + [EOS]
    ids[i, :len(t)] = torch.tensor(t); mask[i, :len(t)] = 1

# The token table starts as a latent semantic analysis: the sum of a text's rows is its 512-dimensional LSA vector.
rows = np.concatenate([np.full(len(t) - 2, i) for i, t in enumerate(full)]); cols = np.concatenate([t[1:-1] for t in full]).astype(int)
counts = csr_matrix((np.ones(len(rows)), (rows, cols)), shape=(N, V))
tfidf = TfidfTransformer(); weighted = tfidf.fit_transform(counts)
_, sv, vt = randomized_svd(weighted, DIM, random_state=0)
table = torch.from_numpy((vt.T * tfidf.idf_[:, None]).astype(np.float32)); table[[BOS, EOS]] = 0

words = re.compile(r"[a-z]+|[0-9]+")
seen = collections.Counter(w for c in captions for w in set(words.findall(c.lower())))
vocab = [w for w, c in seen.most_common() if c >= 5]; at = {w: i for i, w in enumerate(vocab)}; nb = len(vocab)
bow = torch.zeros(N, nb)
for i, c in enumerate(captions):
    for w in words.findall(c.lower()):
        if w in at: bow[i, at[w]] = 1
idf = torch.log(N / bow.sum(0))

im = ImageTower().to(memory_format=torch.channels_last); tx = TextTower(V, BOS, EOS, table)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Linear(DIM, nb)
        self.scale = nn.Parameter(torch.tensor([10., 10.])); self.bias = nn.Parameter(torch.zeros(nb))
        first = torch.stack([table[encode(w)[1:-1]].sum(0) for w in vocab])
        self.w.weight.data.copy_(F.normalize(first) * 0.5)
        self.w.bias.data.copy_(torch.log(bow.mean(0) / (1 - bow.mean(0)))); self.bias.data.copy_(self.w.bias.data)

    def forward(self, e, which):
        z = F.linear(e * self.scale[which], self.w.weight)
        return z + (self.w.bias if which else self.bias)


head = Words(); temp = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
if a.init:
    c = torch.load(a.init)
    raw = c.get('raw', c)  # the averaged weights are what is exported; training goes on from the others
    im.load_state_dict(raw['im']); tx.load_state_dict(raw['tx']); head.load_state_dict(c['head']); temp.data.copy_(c['temp'])
print('samples', N, 'vocabulary', V, 'words', nb, 'params', sum(q.numel() for q in im.parameters()), sum(q.numel() for q in tx.parameters()), flush=True)

decay = [q for m in (im, tx, head) for n, q in m.named_parameters() if q.ndim > 1 and n != 'table.weight']
plain = [q for m in (im, tx, head) for n, q in m.named_parameters() if q.ndim <= 1] + [temp]
opt = torch.optim.AdamW([{'params': decay, 'weight_decay': 0.05, 'k': 1}, {'params': plain, 'weight_decay': 0, 'k': 1},
                         {'params': [tx.table.weight], 'weight_decay': 0, 'k': 0.15}], lr=a.lr, fused=True)
params = decay + plain + [tx.table.weight]
ema = {'im': {k: v.clone() for k, v in im.state_dict().items()}, 'tx': {k: v.clone() for k, v in tx.state_dict().items()}}
if a.init:
    ema = {'im': c['im'], 'tx': c['tx']}
    if 'opt' in c: opt.load_state_dict(c['opt'])
def save(name):
    torch.save({'im': ema['im'], 'tx': ema['tx'], 'raw': {'im': im.state_dict(), 'tx': tx.state_dict()}, 'opt': opt.state_dict(), 'head': head.state_dict(), 'temp': temp.detach(), 'vocab': vocab, 'bos': BOS, 'eos': EOS, 'size': V}, os.path.join(a.work, name + '.tmp'))
    os.replace(os.path.join(a.work, name + '.tmp'), os.path.join(a.work, name))


sizes = [(int(s), float(f)) for s, f in (x.split(':') for x in a.sizes.split(','))]
start = time.time(); budget = a.minutes * 60; epoch = steps = 0; saved = start
while time.time() - start < budget:
    t0 = time.time(); order = torch.randperm(N); im.train(); tx.train(); total = np.zeros(5)
    for k in range(0, N - a.batch + 1, a.batch):
        f = min(1, a.from_fraction + (1 - a.from_fraction) * (time.time() - start) / budget)
        if f >= 1: break
        lr = a.lr * min(1, (f - a.from_fraction) / 0.03 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * f)) + 1e-6
        for g in opt.param_groups: g['lr'] = lr * g['k']
        size = next(s for s, until in sizes if f <= until)
        i = order[k:k + a.batch]
        m = mask[i]; t = int(m.sum(1).max()); w = ids[i, :t]; m = m[:, :t] * ((torch.rand(len(i), t) > 0.15) | (w == BOS) | (w == EOS))
        with torch.autocast('cpu', dtype=torch.bfloat16):
            v = im(augment(X, i, size)); q = tx(w, m)
        vn, qn = F.normalize(v.float()), F.normalize(q.float())
        logits = temp.exp().clamp(max=50) * vn @ qn.t(); y = torch.arange(len(i))
        con = (F.cross_entropy(logits, y, label_smoothing=0.1) + F.cross_entropy(logits.t(), y, label_smoothing=0.1)) / 2
        target = bow[i]; soft = target * idf; soft = soft / soft.sum(1, keepdim=True).clamp(min=1e-6)
        zi, zt = head(vn, 0), head(qn, 1)
        bi, bt = F.binary_cross_entropy_with_logits(zi, target), F.binary_cross_entropy_with_logits(zt, target)
        ci, ct = -(soft * zi.log_softmax(1)).sum(1).mean(), -(soft * zt.log_softmax(1)).sum(1).mean()
        opt.zero_grad(set_to_none=True); (con + 20 * bi + 20 * bt + 0.5 * ci + 0.25 * ct).backward()
        torch.nn.utils.clip_grad_norm_(params, 5.0); opt.step(); steps += 1
        d = min(0.996, steps / (steps + 20)) if not a.init else 0.996
        with torch.no_grad():
            for part, mod in (('im', im), ('tx', tx)):
                for n, q in mod.state_dict().items():
                    if q.dtype.is_floating_point: ema[part][n].lerp_(q, 1 - d)
        total += [con.item(), bi.item() * 20, bt.item() * 20, ci.item(), ct.item()]
        if a.bench and steps % a.bench == 0: print(steps, size, f'{(time.time() - t0) / steps:.2f}s a step', flush=True)
    epoch += 1
    print(f'epoch {epoch} at {(time.time() - start) / 60:.1f} min, size {size}, {time.time() - t0:.0f} s: contrast {total[0] / (N // a.batch):.3f} words image {total[1] / (N // a.batch):.3f}/{total[3] / (N // a.batch):.3f} text {total[2] / (N // a.batch):.3f}/{total[4] / (N // a.batch):.3f} temp {temp.exp().item():.1f}', flush=True)
    save(f'{a.tag}.pt')
save(f'{a.tag}.pt')
print('done', epoch, 'epochs', steps, 'steps', flush=True)
