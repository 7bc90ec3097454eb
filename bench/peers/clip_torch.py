"""The image embeddings of encoder-speed.bench.ts in PyTorch with Pillow, of the same weights.
usage: clip_torch.py FOLDER_WITH_PILLOW ENCODER THREADS
answers each line of JSON, { images: paths, batch, compiled }, with { ms, vectors? }: `check` asks for these

The next batch is decoded by threads while one is computed; queries, keys and values are one product; attention is PyTorch's own."""
import json, sys, time
sys.path.insert(0, sys.argv[1])
import numpy as np, onnx, torch, torch.nn.functional as F
from concurrent.futures import ThreadPoolExecutor
from onnx import numpy_helper
from PIL import Image

threads = int(sys.argv[3])
torch.set_num_threads(threads)
graph = onnx.load(f'{sys.argv[2]}/onnx/vision_model.onnx').graph
W = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
del graph
WIDTH, HEADS, LAYERS = 768, 12, 12
of = lambda name: W[f'vision_model.{name}']


def layer(i):
    name = f'encoder.layers.{i}'
    parts = [f'{name}.self_attn.{p}_proj' for p in 'qkv']
    turned = lambda weight: weight.t().contiguous()
    linear = lambda part: (turned(of(f'{part}.weight')), of(f'{part}.bias'))
    norm = lambda k: (of(f'{name}.layer_norm{k}.weight'), of(f'{name}.layer_norm{k}.bias'))
    qkv = (turned(torch.cat([of(f'{p}.weight') for p in parts], 1)), torch.cat([of(f'{p}.bias') for p in parts]))
    return norm(1), qkv, linear(f'{name}.self_attn.out_proj'), norm(2), linear(f'{name}.mlp.fc1'), linear(f'{name}.mlp.fc2')


layers = [layer(i) for i in range(LAYERS)]
kernel, cls, pos = of('embeddings.patch_embedding.weight'), of('embeddings.class_embedding'), of('embeddings.position_embedding.weight')
pre, post = [tuple(of(f'{n}.{k}') for k in ('weight', 'bias')) for n in ('pre_layrnorm', 'post_layernorm')]
projection = W['visual_projection.weight'].t().contiguous()
norm = lambda x, p: F.layer_norm(x, (WIDTH,), *p, 1e-5)


def tower(pixels):
    n = len(pixels)
    x = F.conv2d(pixels, kernel, stride=32).flatten(2).transpose(1, 2)
    x = norm(torch.cat([cls.expand(n, 1, WIDTH), x], 1) + pos, pre)
    for n1, qkv, out, n2, fc1, fc2 in layers:
        q, k, v = F.linear(norm(x, n1), *qkv).view(n, -1, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        x = x + F.linear(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, -1, WIDTH), *out)
        h = F.linear(norm(x, n2), *fc1)
        x = x + F.linear(h * torch.sigmoid(1.702 * h), *fc2)
    return F.normalize(F.linear(norm(x[:, 0], post), projection), dim=-1)


mean = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
std = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


def pixels_of(path):
    image = Image.open(path).convert('RGB')
    w, h = image.size
    size = (224, int(224 * h / w)) if w <= h else (int(224 * w / h), 224)
    left, top = (size[0] - 224) // 2, (size[1] - 224) // 2
    image = image.resize(size, Image.BICUBIC).crop((left, top, left + 224, top + 224))
    return torch.from_numpy(((np.asarray(image, np.float32) / 255 - mean) / std).transpose(2, 0, 1))


pool, towers = ThreadPoolExecutor(threads), {False: tower}


@torch.inference_mode()
def embed(paths, batch, compiled):
    if compiled and True not in towers: towers[True] = torch.compile(tower)
    batches = [paths[i:i + batch] for i in range(0, len(paths), batch)]
    ready = [pool.submit(pixels_of, p) for p in batches[0]]
    vectors = []
    for k in range(len(batches)):
        pixels = torch.stack([f.result() for f in ready])
        ready = [pool.submit(pixels_of, p) for p in batches[k + 1]] if k + 1 < len(batches) else []
        vectors.append(towers[compiled](pixels))
    return torch.cat(vectors)


print(json.dumps({'version': torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    try:
        start = time.perf_counter()
        found = embed(asked['images'], asked['batch'], asked.get('compiled', False))
        answer = {'ms': (time.perf_counter() - start) * 1e3}
        if asked.get('check'): answer['vectors'] = found.tolist()
    except Exception as error:  # no compiler at hand
        answer = {'ms': None, 'error': str(error)[:300]}
    print(json.dumps(answer), flush=True)
