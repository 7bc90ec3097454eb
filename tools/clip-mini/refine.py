"""Second stage: the image tower goes on against text embeddings that stay as they are.
usage: refine.py --photos FOLDER --scenes FOLDER --held-out photos.csv --work FOLDER --init main.pt --minutes 45 --tag refined

Made for a busy machine: workers of one thread each update the same weights in shared memory without locks (Hogwild), so
that none waits for another; the text tower costs nothing; the learning rate falls with the wall clock."""
import argparse, math, os, re, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
import torch.multiprocessing as mp
import data, tokenizer
from augment import augment
from model import DIM, ImageTower, TextTower

p = argparse.ArgumentParser()
p.add_argument('--photos', required=True); p.add_argument('--scenes', required=True); p.add_argument('--held-out', required=True)
p.add_argument('--work', required=True); p.add_argument('--init', required=True); p.add_argument('--tag', default='refined')
p.add_argument('--minutes', type=float, default=45); p.add_argument('--batch', type=int, default=256); p.add_argument('--lr', type=float, default=1.2e-3)
p.add_argument('--workers', type=int, default=2); p.add_argument('--sizes', default='48:0.5,56:0.85,64:1'); p.add_argument('--extra', type=int, default=768)
p.add_argument('--mix', type=float, default=0, help='part of the batches whose pictures are mixed in pairs, half of them by pasting a box')
p.add_argument('--least-crop', type=int, default=54); p.add_argument('--ema', type=float, default=0.99); p.add_argument('--decay', type=float, default=0.05)
a = p.parse_args()


def words_of(captions, vocab):
    at = {w: i for i, w in enumerate(vocab)}; bow = torch.zeros(len(captions), len(vocab), dtype=torch.uint8)
    for i, c in enumerate(captions):
        for w in re.findall(r"[a-z]+|[0-9]+", c.lower()):
            if w in at: bow[i, at[w]] = 1
    return bow


def worker(rank, X, q, bow, im, head, ema, counter, start):
    torch.set_num_threads(1); torch.manual_seed(100 + rank); np.random.seed(100 + rank)
    N = len(X); idf = torch.log(N / bow.sum(0, dtype=torch.float32)); weight, bias, scale, temp = head
    decay = [x for x in im.parameters() if x.ndim > 1]; plain = [x for x in im.parameters() if x.ndim <= 1] + [bias, scale, temp]
    opt = torch.optim.AdamW([{'params': decay, 'weight_decay': a.decay}, {'params': plain, 'weight_decay': 0}, {'params': [weight], 'weight_decay': 0.05}], lr=a.lr, fused=True)
    sizes = [(int(s), float(f)) for s, f in (x.split(':') for x in a.sizes.split(','))]
    im.train(); order = []; log = np.zeros(3); steps = since = 0; budget = a.minutes * 60; saved = time.time()
    while (f := (time.time() - start) / budget) < 1:
        if len(order) < a.batch: order = torch.randperm(N)
        i, order = order[:a.batch], order[a.batch:]
        for g in opt.param_groups: g['lr'] = a.lr * min(1, (steps + 1) / 20) * (0.5 + 0.5 * math.cos(math.pi * f)) + 1e-6
        size = next(s for s, until in sizes if f <= until)
        x = augment(X, i, size, a.least_crop); other = torch.randperm(len(i)); keep = 1.0
        if np.random.rand() < a.mix:
            keep = float(np.random.beta(0.8, 0.8)); keep = max(keep, 1 - keep)
            if np.random.rand() < 0.5:
                side = int(size * math.sqrt(1 - keep)); y0, x0 = np.random.randint(0, size - side + 1, 2)
                x[:, :, y0:y0 + side, x0:x0 + side] = x[other][:, :, y0:y0 + side, x0:x0 + side]; keep = 1 - (side / size) ** 2
            else: x = keep * x + (1 - keep) * x[other]
        with torch.autocast('cpu', dtype=torch.bfloat16): v = im(x)
        v = F.normalize(v.float()); j = torch.cat([i, torch.randint(0, N, (a.extra,))])
        logits = temp.exp().clamp(max=50) * v @ q[j].t(); y = torch.arange(len(i))
        pair = lambda y: (F.cross_entropy(logits, y, label_smoothing=0.1) + F.cross_entropy(logits[:, :len(i)].t(), y if y is whole else back, label_smoothing=0.1)) / 2
        whole, back = y, torch.argsort(other); con = pair(whole) if keep == 1 else keep * pair(whole) + (1 - keep) * pair(other)
        target = bow[i].float() if keep == 1 else keep * bow[i].float() + (1 - keep) * bow[i[other]].float()
        soft = target * idf; soft = soft / soft.sum(1, keepdim=True).clamp(min=1e-6)
        z = F.linear(v * scale, weight, bias)
        b, c = F.binary_cross_entropy_with_logits(z, target), -(soft * z.log_softmax(1)).sum(1).mean()
        opt.zero_grad(set_to_none=True); (con + 20 * b + 0.5 * c).backward()
        nn.utils.clip_grad_norm_(decay + plain + [weight], 5.0); opt.step(); steps += 1; counter[rank] += 1
        log += [con.item(), 20 * b.item(), c.item()]
        with torch.no_grad():
            if rank == 0:
                d = a.ema
                for n, x in im.state_dict().items():
                    if x.dtype.is_floating_point: ema[n].lerp_(x, 1 - d)
        if rank == 0 and time.time() - saved > 60:
            saved = time.time(); save(ema, temp); n = counter.sum().item()
            print(f'{(saved - start) / 60:.1f} min, {n} steps ({n * a.batch / N:.1f} epochs), size {size}: contrast {log[0] / (steps - since):.3f} words {log[1] / (steps - since):.3f}/{log[2] / (steps - since):.3f}', flush=True)
            log[:] = 0; since = steps


def save(ema, temp):
    c = torch.load(os.path.join(a.work, a.init)); name = os.path.join(a.work, a.tag + '.pt')
    torch.save({'im': {k: v.clone() for k, v in ema.items()}, 'tx': c['tx'], 'temp': temp.detach().clone(), 'head': c['head'], 'vocab': c['vocab'], 'bos': c['bos'], 'eos': c['eos'], 'size': c['size']}, name + '.tmp')
    os.replace(name + '.tmp', name)


def main():
    torch.set_num_threads(1)
    photos, _ = data.split_photos(data.read_samples(a.photos), data.held_out(a.held_out)); captions = [s['caption'] for s in photos + data.read_samples(a.scenes)]
    c = torch.load(os.path.join(a.work, a.init)); raw = c.get('raw', c)
    im = ImageTower().to(memory_format=torch.channels_last); im.load_state_dict(raw['im']); tx = TextTower(c['size'], c['bos'], c['eos']).eval(); tx.load_state_dict(c['tx'])
    cache = os.path.join(a.work, 'text-embeds.npy')
    if not os.path.exists(cache):
        encode = tokenizer.load_tokenizer(os.path.join(a.work, 'tokenizer.json'))[0]; ids = [encode(t) for t in captions]; order = np.argsort([len(t) for t in ids]); q = np.zeros((len(ids), DIM), np.float32)
        with torch.no_grad():
            for k in range(0, len(ids), 256):
                part = order[k:k + 256]; n = max(len(ids[i]) for i in part); b = torch.full((len(part), n), c['eos']); m = torch.zeros(len(part), n, dtype=torch.long)
                for r, i in enumerate(part): b[r, :len(ids[i])] = torch.tensor(ids[i]); m[r, :len(ids[i])] = 1
                q[part] = F.normalize(tx(b, m)).numpy()
        np.save(cache, q)
    q = torch.from_numpy(np.load(cache)); bow = words_of(captions, c['vocab']); X = torch.from_numpy(np.load(os.path.join(a.work, f'images-{data.STORE}.npy'))); assert len(X) == len(q) == len(bow)
    h = c['head']; head = [nn.Parameter(h['w.weight'].clone()), nn.Parameter(h['bias'].clone()), nn.Parameter(h['scale'][0].clone()), nn.Parameter(c['temp'].clone())]
    ema = {k: v.clone() for k, v in c['im'].items()}; counter = torch.zeros(a.workers, dtype=torch.long)
    im.share_memory(); [x.share_memory_() for x in head + list(ema.values()) + [counter, X, q, bow]]
    start = time.time(); ps = [mp.Process(target=worker, args=(r, X, q, bow, im, head, ema, counter, start)) for r in range(a.workers)]
    for x in ps: x.start()
    for x in ps: x.join()
    for k, v in im.state_dict().items():
        if not v.dtype.is_floating_point: ema[k].copy_(v)
    save(ema, head[3]); print('done', counter.tolist(), flush=True)


if __name__ == '__main__':
    mp.set_start_method('fork'); main()
