"""Writes models/clip-mini and the tests' fixture from a checkpoint: both towers from train.py's, from train_image.py's the
image tower, beside the text tower that lies there already.
usage: export.py --work FOLDER --checkpoint main.pt --image-size 80 --out ../../models/clip-mini --fixture ../../test/fixtures/clip-mini

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
    """An ImageTower plus a constant."""
    def __init__(self, tower):
        super().__init__()
        self.net = tower.net; self.proj = tower.proj; self.register_buffer('gap', torch.zeros(DIM))

    def forward(self, pixel_values):
        h = self.net(pixel_values)
        return self.proj(torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)) + self.gap


def open_gap(image, texts, pixels, gap):
    """Adds a constant to the image embedding, in the direction that texts use least, `gap` times the mean length: after
    normalisation the picture's own part gets shorter, most where the tower is least sure. Beside the texts' sharper
    features a linear head then takes less noise from it; the order of texts for a picture stays what it was."""
    u = torch.from_numpy(np.linalg.eigh(texts.T @ texts)[1][:, 0].astype(np.float32))
    with torch.no_grad():
        proj = image.proj
        proj.weight -= u[:, None] * (u @ proj.weight)[None]; proj.bias -= u * (u @ proj.bias)
        image.gap += gap * image(pixels).norm(dim=1).mean() * u


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


def shrink(path):
    """Large float32 initialisers become float16 with a Cast; they were rounded before, so nothing is lost."""
    m = onnx.load(path); g = m.graph; casts = []
    for init in list(g.initializer):
        if init.data_type != TensorProto.FLOAT or int(np.prod(init.dims)) < 256: continue
        x = numpy_helper.to_array(init); h = x.astype(np.float16)
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
    p.add_argument('--image-size', type=int, default=80); p.add_argument('--gap', type=float, default=0); p.add_argument('--out', required=True); p.add_argument('--fixture', required=True); a = p.parse_args()
    c = torch.load(os.path.join(a.work, a.checkpoint)); S = a.image_size; tower = ImageTower(); tower.load_state_dict(c['im'])
    image = ExportedImage(fused(tower.eval())).eval()
    if a.gap:
        store = np.load(os.path.join(a.work, f'images-{data.STORE}.npy'), mmap_mode='r'); few = np.stack([np.asarray(Image.fromarray(x).resize((S, S), Image.BICUBIC)) for x in store[:512]])
        few = (torch.from_numpy(few).permute(0, 3, 1, 2).float() / 255 - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
        open_gap(image, np.load(os.path.join(a.work, 'text-embeds.npy')), few, a.gap)
    for q in image.parameters(): q.data = half(q.data)
    os.makedirs(os.path.join(a.out, 'onnx'), exist_ok=True)
    write(image, (torch.zeros(2, 3, S, S),), ['pixel_values'], 'image_embeds', {'pixel_values': {0: 'batch'}, 'image_embeds': {0: 'batch'}}, a.out, 'vision_model.onnx')
    text = export_text(c, a) if 'tx' in c else None
    with open(os.path.join(a.out, 'config.json')) as f: config = json.load(f)
    config['logit_scale_init_value'] = round(float(c['temp']) + 0.5 * float(np.log(1 + a.gap ** 2)), 6)
    config['vision_config'] = {'model_type': 'clip_vision_model', 'hidden_act': 'relu', 'hidden_size': 384, 'image_size': S, 'patch_size': 16, 'num_channels': 3, 'projection_dim': DIM}
    dump(os.path.join(a.out, 'config.json'), config)
    dump(os.path.join(a.out, 'preprocessor_config.json'), {
        'image_processor_type': 'CLIPImageProcessor', 'do_convert_rgb': True, 'do_resize': True, 'size': {'shortest_edge': S}, 'resample': 3,
        'do_center_crop': True, 'crop_size': {'height': S, 'width': S}, 'do_rescale': True, 'rescale_factor': 1 / 255,
        'do_normalize': True, 'image_mean': list(MEAN), 'image_std': list(STD)})
    verify(image, text, a.out, S, a.fixture)


def write(module, example, inputs, output, axes, out, name):
    path = os.path.join(tempfile.mkdtemp(), name)  # moved at the end: readers never see half a file
    torch.onnx.export(module, example, path, input_names=inputs, output_names=[output], dynamic_axes=axes, opset_version=17, dynamo=False, do_constant_folding=True)
    shrink(path); final = os.path.join(out, 'onnx', name); shutil.copyfile(path, final + '.tmp'); os.replace(final + '.tmp', final)


def export_text(c, a):
    text = TextTower(c['size'], c['bos'], c['eos']); text.load_state_dict(c['tx']); text.eval()
    for n, q in text.named_parameters():
        if n != 'table.weight': q.data = half(q.data)
    text = ExportedText(text).eval(); ids = torch.tensor([[c['bos'], 300, 301, c['eos']]] * 2); both = {0: 'batch', 1: 'length'}
    write(text, (ids, torch.ones_like(ids)), ['input_ids', 'attention_mask'], 'text_embeds', {'input_ids': both, 'attention_mask': both, 'text_embeds': {0: 'batch'}}, a.out, 'text_model.onnx')
    for n in ('tokenizer.json', 'tokenizer_config.json'): shutil.copyfile(os.path.join(a.work, n), os.path.join(a.out, n))
    dump(os.path.join(a.out, 'config.json'), {
        'architectures': ['CLIPModel'], 'model_type': 'clip', 'projection_dim': DIM, 'logit_scale_init_value': 0,
        'text_config': {'model_type': 'clip_text_model', 'hidden_act': 'gelu', 'hidden_size': 256, 'intermediate_size': 512, 'num_attention_heads': 4, 'num_hidden_layers': 1,
                        'max_position_embeddings': CONTEXT, 'projection_dim': DIM, 'vocab_size': c['size'], 'layer_norm_eps': 1e-5,
                        'bos_token_id': c['bos'], 'eos_token_id': c['eos'], 'pad_token_id': c['eos']}})
    return text


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


def verify(image, text, out, S, fixture):
    """ONNX against PyTorch; where the text tower stayed as it was, against the embeddings that its own export left in the fixture."""
    opts = ort.SessionOptions(); opts.intra_op_num_threads = 1
    vision, words = (ort.InferenceSession(os.path.join(out, 'onnx', n), opts, providers=['CPUExecutionProvider']) for n in ('vision_model.onnx', 'text_model.onnx'))
    names = draw(fixture); px = tensors(names, S); recorded = os.path.join(fixture, 'reference.json')
    encode, bos, eos, _ = tokenizer.load_tokenizer(os.path.join(out, 'tokenizer.json')); ids = [encode(t) for t in TEXTS]
    unit = lambda z: z / np.linalg.norm(z, axis=1, keepdims=True)
    with torch.no_grad():
        iv = unit(image(torch.from_numpy(px)).numpy())
        if text: tv = unit(np.concatenate([text(torch.tensor([t]), torch.ones(1, len(t), dtype=torch.long)).numpy() for t in ids]))
        else:
            with open(recorded) as f: tv = np.frombuffer(base64.b64decode(json.load(f)['textEmbeds']), '<f4').reshape(-1, DIM)
    assert np.isfinite(iv).all() and np.isfinite(tv).all()
    e1 = np.abs(unit(vision.run(None, {'pixel_values': px})[0]) - iv).max(); worst = 0
    for length in (None, 32, 77):
        n = max(map(len, ids)) if length is None else length; use = [i for i, t in enumerate(ids) if len(t) <= n]
        for pad in (eos, 0):
            b = np.full((len(use), n), pad, np.int64); m = np.zeros((len(use), n), np.int64)
            for r, i in enumerate(use): b[r, :len(ids[i])] = ids[i]; m[r, :len(ids[i])] = 1
            worst = max(worst, np.abs(unit(words.run(None, {'input_ids': b, 'attention_mask': m})[0]) - tv[use]).max())
    total = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(out) for f in fs)
    print(f'ONNX against PyTorch, normalised: image {e1:.1e}, text over paddings {worst:.1e}; {total / 1e6:.2f} MB in {out}')
    assert e1 < 1e-5 and worst < 1e-5 and total < 15e6
    pack = lambda z: base64.b64encode(z.astype('<f4').tobytes()).decode()
    dump(recorded, {
        'origin': 'tools/clip-mini/export.py: computed by the PyTorch model, L2-normalised, little-endian float32 in base64, one row of `dim` after another; tolerance 1e-4',
        'dim': DIM, 'imageSize': S, 'texts': [{'text': t, 'ids': i} for t, i in zip(TEXTS, ids)], 'textEmbeds': pack(tv),
        'images': [os.path.basename(n) for n in names], 'imageEmbeds': pack(iv)})


if __name__ == '__main__':
    main()
