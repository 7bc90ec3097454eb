"""Writes models/clip-mini and the tests' fixture from a checkpoint.
usage: export.py --work FOLDER --checkpoint a.pt[,b.pt] --image-size 80 --out ../../models/clip-mini [--fixture ../../test/fixtures/clip-mini]

Weights are rounded first (float16; the token table int8, a scale for each row), so that the PyTorch model below and the
ONNX files hold the same numbers; Cast nodes, which the runtime folds when it loads, bring them back to float32."""
import argparse, base64, json, os, shutil, tempfile
import numpy as np, onnx, onnxruntime as ort, torch, torch.nn as nn, torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw
from torch.nn.utils.fusion import fuse_conv_bn_eval
import data, tokenizer
from model import CONTEXT, DIM, MEAN, STD, TRAINED_POSITIONS, Block, ImageTower, TextTower

half = lambda t: t.detach().to(torch.float16).to(torch.float32)


def fused(image):
    net = image.net
    net[0] = fuse_conv_bn_eval(net[0], net[1]); net[1] = nn.Identity()
    for m in net:
        if isinstance(m, Block):
            m.c1 = fuse_conv_bn_eval(m.c1, m.b1); m.b1 = nn.Identity()
            m.c2 = fuse_conv_bn_eval(m.c2, m.b2); m.b2 = nn.Identity()
            if isinstance(m.skip, nn.Sequential): m.skip = fuse_conv_bn_eval(m.skip[0], m.skip[1])
    return image


class ExportedImage(nn.Module):
    """One or two ImageTowers whose embeddings, brought to length 1, are added up: they share the texts' space."""
    def __init__(self, towers, gap=None):
        super().__init__()
        self.nets = nn.ModuleList(t.net for t in towers); self.projs = nn.ModuleList(t.proj for t in towers)
        self.register_buffer('lengths', torch.ones(len(towers))); self.register_buffer('gap', torch.zeros(DIM))

    def forward(self, pixel_values):
        out = self.gap
        for net, proj, length in zip(self.nets, self.projs, self.lengths):
            h = net(pixel_values)
            out = out + proj(torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)) * length
        return out


def open_gap(image, texts, pixels, gap):
    """Adds a constant to the image embedding, in the direction that texts use least, `gap` times the mean length: after
    normalisation the picture's own part gets shorter, most where the towers are least sure. Beside the texts' sharper
    features a linear head then takes less noise from it; the order of texts for a picture stays what it was."""
    u = torch.from_numpy(np.linalg.eigh(texts.T @ texts)[1][:, 0].astype(np.float32))
    with torch.no_grad():
        for proj in image.projs:
            proj.weight -= u[:, None] * (u @ proj.weight)[None]; proj.bias -= u * (u @ proj.bias)
        for k in range(len(image.lengths)):  # each tower's mean length becomes 1
            only = torch.zeros(len(image.lengths)); only[k] = 1; rest, image.lengths = image.lengths, only
            rest[k] = 1 / image(pixels).norm(dim=1).mean(); image.lengths = rest
        image.gap += gap * image(pixels).norm(dim=1).mean() * u


def int8(t):
    """Rounds a weight to 255 levels for each output channel; shrink() finds the levels again."""
    flat = t.reshape(len(t), -1); scale = (flat.abs().amax(1, keepdim=True) / 127).clamp(min=1e-12)
    return ((flat / scale).round() * scale).reshape(t.shape)


class ExportedText(nn.Module):
    """TextTower with its table as int8 rows and a scale for each, and its positions spelt out."""
    def __init__(self, text):
        super().__init__()
        w = text.table.weight.detach()
        scale = (w.abs().amax(1, keepdim=True) / 127).clamp(min=1e-8)
        self.register_buffer('rows', (w / scale).round().clamp(-127, 127).to(torch.int8)); self.register_buffer('scale', scale)
        del text.table
        text.table = self.lookup
        self.register_buffer('every', text.pos.detach()[torch.arange(CONTEXT).clamp(max=TRAINED_POSITIONS - 1)].clone())
        text.positions = lambda t: self.every[:t]
        self.text = [text]; self.inner = nn.ModuleDict({n: m for n, m in text.named_children() if n != 'table'})

    def lookup(self, ids):
        return self.rows[ids].float() * self.scale[ids]

    def forward(self, input_ids, attention_mask):
        return self.text[0](input_ids, attention_mask)


def shrink(path, levels=False):
    """Large float32 initialisers become float16 with a Cast; they were rounded before, so nothing is lost."""
    m = onnx.load(path); g = m.graph; casts = []
    for init in list(g.initializer):
        if init.data_type != TensorProto.FLOAT or int(np.prod(init.dims)) < 256: continue
        x = numpy_helper.to_array(init); h = x.astype(np.float16)
        if x.ndim == 4 and levels:
            scale = np.maximum(np.abs(x).reshape(len(x), -1).max(1), 1e-12).reshape(-1, 1, 1, 1) / np.float32(127); r = np.rint(x / scale)
            assert np.abs(r * scale - x).max() < 1e-5 * np.abs(x).max(), init.name
            name = init.name; g.initializer.remove(init)
            g.initializer.extend([numpy_helper.from_array(r.astype(np.int8), name + '_i8'), numpy_helper.from_array(scale.astype(np.float32), name + '_scale')])
            casts += [helper.make_node('Mul', [name + '_f32', name + '_scale'], [name], name='scale_' + name), helper.make_node('Cast', [name + '_i8'], [name + '_f32'], to=TensorProto.FLOAT, name='cast_' + name)]
            continue
        if not np.array_equal(h.astype(np.float32), x): continue  # scales stay as they are
        name = init.name; g.initializer.remove(init); g.initializer.append(numpy_helper.from_array(h, name + '_f16'))
        casts.append(helper.make_node('Cast', [name + '_f16'], [name], to=TensorProto.FLOAT, name='cast_' + name))
    for c in casts: g.node.insert(0, c)
    g.ClearField('value_info'); del m.metadata_props[:]
    m.producer_name = 'clip-mini'; m.producer_version = '1'; m.doc_string = ''
    for n in g.node: n.doc_string = ''; del n.metadata_props[:]
    for v in list(g.input) + list(g.output): del v.metadata_props[:]
    onnx.checker.check_model(m); onnx.save(m, path)


def tensors(names, size):
    mean = np.array(MEAN, np.float32); std = np.array(STD, np.float32)
    return np.stack([((data.square(Image.open(n), size).astype(np.float32) / 255 - mean) / std).transpose(2, 0, 1) for n in names])


def main():
    p = argparse.ArgumentParser(); p.add_argument('--work', required=True); p.add_argument('--checkpoint', required=True)
    p.add_argument('--image-size', type=int, default=80); p.add_argument('--gap', type=float, default=0); p.add_argument('--texts'); p.add_argument('--out', required=True); p.add_argument('--fixture'); a = p.parse_args()
    names = a.checkpoint.split(','); S = a.image_size; towers = []
    for name in names:
        c = torch.load(os.path.join(a.work, name)); tower = ImageTower(); tower.load_state_dict(c['im']); towers.append(fused(tower.eval()))
    image = ExportedImage(towers).eval()
    if a.gap:
        few = np.load(os.path.join(a.work, f'images-{data.STORE}.npy'), mmap_mode='r')[:512, (data.STORE - S) // 2:, (data.STORE - S) // 2:][:, :S, :S]
        few = (torch.from_numpy(np.ascontiguousarray(few)).permute(0, 3, 1, 2).float() / 255 - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
        open_gap(image, np.load(os.path.join(a.work, a.texts)), few, a.gap)
    text = TextTower(c['size'], c['bos'], c['eos']); text.load_state_dict(c['tx']); text.eval()
    levels = len(names) > 1  # two towers fit the 15 MB as int8 only
    for q in image.parameters(): q.data = int8(q.data) if levels and q.ndim == 4 else half(q.data)
    for n, q in text.named_parameters():
        if n != 'table.weight': q.data = half(q.data)
    text = ExportedText(text).eval()
    os.makedirs(os.path.join(a.out, 'onnx'), exist_ok=True)
    final = {k: os.path.join(a.out, 'onnx', k) for k in ('vision_model.onnx', 'text_model.onnx')}
    tmp = tempfile.mkdtemp(); path = {k: os.path.join(tmp, k) for k in final}  # moved at the end: readers never see half a file
    kw = dict(opset_version=17, dynamo=False, do_constant_folding=True)
    torch.onnx.export(image, (torch.zeros(2, 3, S, S),), path['vision_model.onnx'], input_names=['pixel_values'], output_names=['image_embeds'],
                      dynamic_axes={'pixel_values': {0: 'batch'}, 'image_embeds': {0: 'batch'}}, **kw)
    ids = torch.tensor([[c['bos'], 300, 301, c['eos']]] * 2)
    torch.onnx.export(text, (ids, torch.ones_like(ids)), path['text_model.onnx'], input_names=['input_ids', 'attention_mask'], output_names=['text_embeds'],
                      dynamic_axes={k: {0: 'batch', 1: 'length'} if k != 'text_embeds' else {0: 'batch'} for k in ('input_ids', 'attention_mask', 'text_embeds')}, **kw)
    for f in path.values(): shrink(f, levels)
    for k in final: shutil.copyfile(path[k], final[k] + '.tmp'); os.replace(final[k] + '.tmp', final[k])
    for n in ('tokenizer.json', 'tokenizer_config.json'): shutil.copyfile(os.path.join(a.work, n), os.path.join(a.out, n))
    dump(os.path.join(a.out, 'config.json'), {
        'architectures': ['CLIPModel'], 'model_type': 'clip', 'projection_dim': DIM, 'logit_scale_init_value': round(float(c['temp']) + 0.5 * float(np.log(1 + a.gap ** 2)), 6),
        'text_config': {'model_type': 'clip_text_model', 'hidden_act': 'gelu', 'hidden_size': 256, 'intermediate_size': 512, 'num_attention_heads': 4, 'num_hidden_layers': 1,
                        'max_position_embeddings': CONTEXT, 'projection_dim': DIM, 'vocab_size': c['size'], 'layer_norm_eps': 1e-5,
                        'bos_token_id': c['bos'], 'eos_token_id': c['eos'], 'pad_token_id': c['eos']},
        'vision_config': {'model_type': 'clip_vision_model', 'hidden_act': 'relu', 'hidden_size': 384, 'image_size': S, 'patch_size': 16, 'num_channels': 3, 'projection_dim': DIM}})
    dump(os.path.join(a.out, 'preprocessor_config.json'), {
        'image_processor_type': 'CLIPImageProcessor', 'do_convert_rgb': True, 'do_resize': True, 'size': {'shortest_edge': S}, 'resample': 3,
        'do_center_crop': True, 'crop_size': {'height': S, 'width': S}, 'do_rescale': True, 'rescale_factor': 1 / 255,
        'do_normalize': True, 'image_mean': list(MEAN), 'image_std': list(STD)})
    verify(final, image, text, a.out, S, c, a.fixture)


def dump(path, value):
    with open(path, 'w', encoding='utf8') as f: json.dump(value, f, indent=2); f.write('\n')


TEXTS = ['A dog runs across the wet grass.', 'a dog', 'Two people ride horses along a beach at dusk', 'A red bus waits at the traffic light!', 'an empty bench under a tree',
         'A woman with an umbrella walks past parked cars.', 'the clock tower, seen from below', 'CAT ON A WINDOW SILL', 'a plate of food on a wooden table', 'Someone left a bicycle by the harbour.',
         '', ' ', 'x', '2026', "it's the driver's bike, isn't it?", 'naïve café owner’s “quote”', 'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich', 'кошка и собака',
         '犬と猫', '☃ snow 🏂 board', 'semi-colon; slash/ and (brackets) [too]', 'tabs\tand\nnew  lines', 'A kitten sleeps on top of an open book next to a cup.', 'boats in a small harbour, birds above them',
         'qwertyuiop zxcvbnm', 'kite kite kite kite', 'A man on a motorcycle overtakes a truck on the highway while a train crosses the bridge above them and an aeroplane climbs in the distance.',
         'word ' * 60, 'fire hydrant', 'Stop sign at a crossing; nobody stops.', 'A parking meter and a skateboard', '<|endoftext|> in the middle', 'ALL 18 labels?!']


def draw(folder):
    """A few pictures of our own: shapes and gradients, of several sizes and modes."""
    os.makedirs(folder, exist_ok=True); names = []
    for i, (w, h, mode) in enumerate([(160, 120, 'RGB'), (96, 144, 'RGB'), (200, 67, 'RGB'), (64, 64, 'L'), (30, 41, 'RGB'), (120, 120, 'RGB')]):
        y, x = np.mgrid[0:h, 0:w]
        base = np.stack([(x * 255 / w), (y * 255 / h), ((x + y) * (i + 3)) % 256], -1).astype(np.uint8)
        im = Image.fromarray(base); d = ImageDraw.Draw(im)
        d.ellipse([w * 0.2, h * 0.3, w * 0.6, h * 0.8], fill=(220, 40 * i, 60)); d.rectangle([w * 0.55, h * 0.1, w * 0.9, h * 0.5], fill=(30, 90, 40 * i)); d.line([0, h, w, 0], fill=(255, 255, 255), width=3)
        names.append(os.path.join(folder, f'image-{i}.png')); im.convert(mode).save(names[-1], optimize=True)
    return names


def verify(path, image, text, out, S, c, fixture):
    opts = ort.SessionOptions(); opts.intra_op_num_threads = 1
    vision, words = (ort.InferenceSession(path[k], opts, providers=['CPUExecutionProvider']) for k in ('vision_model.onnx', 'text_model.onnx'))
    folder = fixture or '/tmp/clip-mini-fixture'; names = draw(folder); px = tensors(names, S)
    encode, bos, eos, _ = tokenizer.load_tokenizer(os.path.join(out, 'tokenizer.json'))
    ids = [encode(t) for t in TEXTS]
    with torch.no_grad():
        iv = image(torch.from_numpy(px)).numpy(); tv = np.concatenate([text(torch.tensor([t]), torch.ones(1, len(t), dtype=torch.long)).numpy() for t in ids])
    unit = lambda z: z / np.linalg.norm(z, axis=1, keepdims=True)
    assert np.isfinite(iv).all() and np.isfinite(tv).all()
    e1 = np.abs(unit(vision.run(None, {'pixel_values': px})[0]) - unit(iv)).max(); worst = 0
    for length in (None, 32, 77):
        n = max(map(len, ids)) if length is None else length; use = [i for i, t in enumerate(ids) if len(t) <= n]
        for pad in (eos, 0):
            b = np.full((len(use), n), pad, np.int64); m = np.zeros((len(use), n), np.int64)
            for r, i in enumerate(use): b[r, :len(ids[i])] = ids[i]; m[r, :len(ids[i])] = 1
            worst = max(worst, np.abs(unit(words.run(None, {'input_ids': b, 'attention_mask': m})[0]) - unit(tv[use])).max())
    total = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(out) for f in fs)
    print(f'ONNX against PyTorch, normalised: image {e1:.1e}, text over paddings {worst:.1e}; {total / 1e6:.2f} MB in {out}')
    assert e1 < 1e-5 and worst < 1e-5 and total < 15e6
    if fixture:
        pack = lambda z: base64.b64encode(unit(z).astype('<f4').tobytes()).decode()
        dump(os.path.join(fixture, 'reference.json'), {
            'origin': 'tools/clip-mini/export.py: computed by the PyTorch model, L2-normalised, little-endian float32 in base64, one row of `dim` after another; tolerance 1e-4',
            'dim': DIM, 'imageSize': S, 'texts': [{'text': t, 'ids': i} for t, i in zip(TEXTS, ids)], 'textEmbeds': pack(tv),
            'images': [os.path.basename(n) for n in names], 'imageEmbeds': pack(iv)})


if __name__ == '__main__':
    main()
