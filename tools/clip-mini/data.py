"""What clip-mini is trained, chosen and tested on. The 2,010 photos of photos.csv are in neither of the first two."""
import csv, json, os, re
import numpy as np
from PIL import Image

STORE = 96  # px kept in memory: the short side of photos-96px; random crops come out of it


def read_samples(folder):
    with open(os.path.join(folder, 'samples.jsonl'), encoding='utf8') as f:
        return [json.loads(line) for line in f if line.strip()]


def key(name):
    return name.rsplit('.', 1)[0]


def held_out(photos_csv):
    """Ids of photos.csv. Captions hold line breaks and unescaped quotes; a row starts with 'NUMBER.jpg,'."""
    with open(photos_csv, encoding='utf8') as f:
        return re.findall(r'^(\d+)\.jpg,', f.read(), re.M)


def read_photos_csv(photos_csv):
    """(id, labels, caption) of the 2,010 as a person would read them."""
    with open(photos_csv, encoding='utf8') as f:
        rows = re.split(r'^(?=\d+\.jpg,)', f.read(), flags=re.M)[1:]
    out = []
    for row in rows:
        name, labels, caption = row.rstrip('\n').split(',', 2)
        if caption.startswith('"') and caption.endswith('"') and len(caption) > 1:
            caption = caption[1:-1].replace('""', '"')
        out.append((key(name), [int(x) for x in labels.split()], caption))
    return out


def split_photos(samples, held, seed=1, slice_size=2010):
    """(train, slice): both without the held-out ids; the slice chooses the recipe and the probe's C."""
    held = set(held)
    rest = [s for s in samples if key(s['file']) not in held]
    assert len(rest) == len(samples) - len(held), 'every held-out id must be among the samples'
    order = np.random.RandomState(seed).permutation(len(rest))
    return [rest[i] for i in order[slice_size:]], [rest[i] for i in order[:slice_size]]


def square(image, size):
    """Short side to `size` by Pillow's bicubic, middle square, as the runtime does."""
    image = image.convert('RGB')
    w, h = image.size
    short = min(w, h)
    if short != size:
        image = image.resize((int(w * size / short), int(h * size / short)), Image.BICUBIC)
        w, h = image.size
    left, top = (w - size) // 2, (h - size) // 2
    return np.asarray(image.crop((left, top, left + size, top + size)))


def load_images(folder, samples, size):
    x = np.empty((len(samples), size, size, 3), np.uint8)
    for i, s in enumerate(samples):
        x[i] = square(Image.open(os.path.join(folder, 'images', s['file'])), size)
    return x
