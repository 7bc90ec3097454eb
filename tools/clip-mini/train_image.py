"""Second stage: the image tower, against texts whose embeddings stay as they are.
usage: train_image.py --photos FOLDER --scenes FOLDER --held-out photos.csv --work FOLDER --model ../../models/clip-mini --minutes 100

Two workers of one thread each update the same weights in shared memory without locks (Hogwild, Recht et al., NeurIPS 2011),
so that neither waits for the other on a busy machine. The learning rate falls with the wall clock. The texts' embeddings
come from the exported text model, the tower's first weights from the exported image model where there is one."""
import argparse, math, os, re, time
import numpy as np, onnx, torch, torch.nn as nn, torch.nn.functional as F
import torch.multiprocessing as mp
from onnx import numpy_helper
import data
from augment import augment, mean, mix, std
from model import Block, ImageTower
from probe import Encoder

p = argparse.ArgumentParser()
p.add_argument('--photos', required=True); p.add_argument('--scenes', required=True); p.add_argument('--held-out', required=True)
p.add_argument('--work', required=True); p.add_argument('--model', required=True); p.add_argument('--fresh', action='store_true', help="do not start from the model's own image tower")
p.add_argument('--tag', default='image'); p.add_argument('--minutes', type=float, default=100); p.add_argument('--batch', type=int, default=192); p.add_argument('--lr', type=float, default=1.5e-3)
p.add_argument('--workers', type=int, default=2); p.add_argument('--sizes', default='48:0.45,64:0.85,80:1'); p.add_argument('--extra', type=int, default=768)
p.add_argument('--mix', type=float, default=0.6, help='part of the batches whose pictures are mixed in pairs')
p.add_argument('--least-crop', type=int, default=48); p.add_argument('--decay', type=float, default=0.08); p.add_argument('--seed', type=int, default=0)


def words_of(captions, least=5):
    """[N, words] 0/1 for every word of at least `least` captions, and the words."""
    split = [set(re.findall(r'[a-z]+|[0-9]+', c.lower())) for c in captions]; seen = {}
    for s in split:
        for w in s: seen[w] = seen.get(w, 0) + 1
    vocab = sorted(w for w, n in seen.items() if n >= least); at = {w: i for i, w in enumerate(vocab)}
    bow = torch.zeros(len(captions), len(vocab), dtype=torch.uint8)
    for i, s in enumerate(split):
        for w in s:
            if w in at: bow[i, at[w]] = 1
    return bow, vocab


def start_from(im, path, X):
    """Takes an exported tower's convolutions over. Their batch norms were folded in: each is set to what leaves the
    convolution's output as it is, from the statistics of 512 pictures."""
    weights = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in onnx.load(path).graph.initializer}
    at = lambda name: torch.from_numpy(next(v for k, v in weights.items() if k in (name, name + '_f16')))
    pairs = [(im.net[0], im.net[1], 'net.0')]
    for k, block in enumerate(im.net):
        if not isinstance(block, Block): continue
        pairs += [(block.c1, block.b1, f'net.{k}.c1'), (block.c2, block.b2, f'net.{k}.c2')]
        if isinstance(block.skip, nn.Sequential): pairs.append((block.skip[0], block.skip[1], f'net.{k}.skip'))
    def settle(norm, bias):
        def hook(_, __, out):
            v, m = torch.var_mean(out, (0, 2, 3)); norm.running_mean.copy_(m); norm.running_var.copy_(v)
            norm.weight.copy_((v + norm.eps).sqrt()); norm.bias.copy_(m + bias)
        return hook
    hooks = []
    with torch.no_grad():
        for conv, norm, name in pairs:
            conv.weight.copy_(at(name + '.weight')); hooks.append(conv.register_forward_hook(settle(norm, at(name + '.bias'))))
        im.eval()((F.interpolate(X[:512].permute(0, 3, 1, 2).float(), (64, 64), mode='bilinear', antialias=True) - mean) / std)
        for h in hooks: h.remove()
        im.proj.weight.copy_(at('proj.weight')); im.proj.bias.copy_(at('proj.bias'))


def worker(rank, a, X, q, bow, im, head, ema, counter, start, photos):
    torch.set_num_threads(1); torch.manual_seed(a.seed + 100 + rank); np.random.seed(a.seed + 100 + rank)
    N = len(X); idf = torch.log(N / bow.sum(0, dtype=torch.float32)); weight, bias, scale, temp = head
    decay = [x for x in im.parameters() if x.ndim > 1]; plain = [x for x in im.parameters() if x.ndim <= 1] + [bias, scale, temp]
    opt = torch.optim.AdamW([{'params': decay, 'weight_decay': a.decay}, {'params': plain, 'weight_decay': 0}, {'params': [weight], 'weight_decay': 0.05}], lr=a.lr, fused=True)
    sizes = [(int(s), float(f)) for s, f in (x.split(':') for x in a.sizes.split(','))]
    im.train(); order = torch.empty(0, dtype=torch.long); log = np.zeros(3); steps = since = 0; budget = a.minutes * 60; saved = time.time()
    while (f := (time.time() - start) / budget) < 1:
        if len(order) < a.batch:  # every photo, and a half of the scenes
            order = torch.cat([torch.arange(photos), photos + torch.randperm(N - photos)[:(N - photos) // 2]]); order = order[torch.randperm(len(order))]
        i, order = order[:a.batch], order[a.batch:]
        for g in opt.param_groups: g['lr'] = a.lr * min(1, (steps + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * f)) + 1e-6
        size = next(s for s, until in sizes if f <= until); calm = f > 0.93  # the last part sees whole pictures
        x = augment(X, i, size, a.least_crop); y = torch.arange(len(i)); other, keep = y, 1.0
        if not calm and np.random.rand() < a.mix: x, other, keep = mix(x)
        v = F.normalize(im(x)); j = torch.cat([i, torch.randint(0, N, (a.extra,))])
        logits = temp.exp().clamp(max=50) * v @ q[j].t()
        pair = lambda to, back: (F.cross_entropy(logits, to, label_smoothing=0.1) + F.cross_entropy(logits[:, :len(i)].t(), back, label_smoothing=0.1)) / 2
        con = pair(y, y); target = bow[i].float()
        if keep < 1: con = keep * con + (1 - keep) * pair(other, torch.argsort(other)); target = keep * target + (1 - keep) * bow[i[other]].float()
        soft = target * idf; soft = soft / soft.sum(1, keepdim=True).clamp(min=1e-6)
        z = F.linear(v * scale, weight, bias)
        b, c = F.binary_cross_entropy_with_logits(z, target), -(soft * z.log_softmax(1)).sum(1).mean()
        opt.zero_grad(set_to_none=True); (con + 20 * b + 0.5 * c).backward()
        nn.utils.clip_grad_norm_(decay + plain + [weight], 5.0); opt.step(); steps += 1; counter[rank] += 1
        log += [con.item(), 20 * b.item(), c.item()]
        if rank: continue
        with torch.no_grad():
            for n, x in im.state_dict().items():
                if x.dtype.is_floating_point: ema[n].lerp_(x, 1 - min(0.997, steps / (steps + 20)))
        if time.time() - saved > 60:
            saved = time.time(); save(a, ema, temp); n = counter.sum().item()
            print(f'{(saved - start) / 60:.1f} min, {n} steps ({n * a.batch / photos:.1f} epochs), size {size}: contrast {log[0] / (steps - since):.3f} words {log[1] / (steps - since):.3f}/{log[2] / (steps - since):.3f}', flush=True)
            log[:] = 0; since = steps


def save(a, ema, temp):
    name = os.path.join(a.work, a.tag + '.pt'); torch.save({'im': {k: v.clone() for k, v in ema.items()}, 'temp': temp.detach().clone()}, name + '.tmp'); os.replace(name + '.tmp', name)


def main():
    a = p.parse_args(); torch.set_num_threads(2); torch.manual_seed(a.seed); np.random.seed(a.seed); os.makedirs(a.work, exist_ok=True)
    photos, _ = data.split_photos(data.read_samples(a.photos), data.held_out(a.held_out)); scenes = data.read_samples(a.scenes); captions = [s['caption'] for s in photos + scenes]
    cache = os.path.join(a.work, f'images-{data.STORE}.npy')
    if not os.path.exists(cache): np.save(cache, np.concatenate([data.load_images(a.photos, photos, data.STORE), data.load_images(a.scenes, scenes, data.STORE)]))
    X = torch.from_numpy(np.load(cache)); bow, vocab = words_of(captions); enc = Encoder(a.model, 2)
    q = torch.from_numpy(enc.texts(captions)); np.save(os.path.join(a.work, 'text-embeds.npy'), q.numpy())
    im = ImageTower().to(memory_format=torch.channels_last)
    if not a.fresh: start_from(im, os.path.join(a.model, 'onnx', 'vision_model.onnx'), X)
    share = bow.float().mean(0)
    head = [nn.Parameter(torch.from_numpy(enc.texts(vocab)) * 0.5), nn.Parameter(torch.log(share / (1 - share))), nn.Parameter(torch.tensor(10.)), nn.Parameter(torch.tensor(math.log(1 / 0.07)))]
    ema = {k: v.clone() for k, v in im.state_dict().items()}; counter = torch.zeros(a.workers, dtype=torch.long)
    print('samples', len(X), 'words', len(vocab), 'parameters', sum(x.numel() for x in im.parameters()), flush=True)
    im.share_memory(); [x.share_memory_() for x in head + list(ema.values()) + [counter, X, q, bow]]
    torch.set_num_threads(1); start = time.time(); ps = [mp.Process(target=worker, args=(r, a, X, q, bow, im, head, ema, counter, start, len(photos))) for r in range(a.workers)]
    for x in ps: x.start()
    for x in ps: x.join()
    for k, v in im.state_dict().items():
        if not v.dtype.is_floating_point: ema[k].copy_(v)
    save(a, ema, head[3]); print('done', counter.tolist(), flush=True)


if __name__ == '__main__':
    mp.set_start_method('fork'); main()
