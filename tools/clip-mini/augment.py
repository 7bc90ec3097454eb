"""Random crops, flips, colours, erased boxes, and pictures mixed in pairs."""
import math
import numpy as np, torch, torch.nn.functional as F
import data
from model import MEAN, STD

mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255; std = torch.tensor(STD).view(1, 3, 1, 1) * 255


def augment(X, i, size, least=54):
    """[B] rows of the uint8 store [N, S, S, 3] -> [B, 3, size, size], normalised."""
    out = []
    for part in i.chunk(8):  # one crop for each eighth of the batch is cheap and varied enough
        x = X[part].permute(0, 3, 1, 2)
        s = int(np.random.randint(least, data.STORE + 1)); aspect = float(np.exp(np.random.uniform(-0.2, 0.2)))
        h, w = min(data.STORE, int(s * aspect)), min(data.STORE, int(s / aspect))
        y0, x0 = np.random.randint(0, data.STORE + 1 - h), np.random.randint(0, data.STORE + 1 - w)
        x = F.interpolate(x[:, :, y0:y0 + h, x0:x0 + w], (size, size), mode='bilinear', antialias=True, align_corners=False).float()
        n = len(part); flip = torch.rand(n) < 0.5; x[flip] = x[flip].flip(3)
        r = lambda k: 1 + k * (torch.rand(n, 1, 1, 1) * 2 - 1)
        x = x * r(0.25); x = (x - 110) * r(0.3) + 110; g = x.mean(1, keepdim=True); x = g + (x - g) * r(0.5)
        x = (x.clamp(0, 255) - mean) / std
        if np.random.rand() < 0.3:
            c = int(size * np.random.uniform(0.15, 0.4)); y0, x0 = np.random.randint(0, size - c, 2); x[:, :, y0:y0 + c, x0:x0 + c] = 0
        out.append(x)
    return torch.cat(out).to(memory_format=torch.channels_last)


def mix(x):
    """Mixes each picture with another of the batch, half the time by pasting a box of it (CutMix, Yun et al., ICCV 2019),
    otherwise by a weighted sum (mixup, Zhang et al., ICLR 2018). -> pictures, the others' rows, the weight of the first."""
    other = torch.randperm(len(x)); size = x.shape[-1]
    keep = float(np.random.beta(0.8, 0.8)); keep = max(keep, 1 - keep)
    if np.random.rand() < 0.5:
        side = int(size * math.sqrt(1 - keep)); y0, x0 = np.random.randint(0, size - side + 1, 2)
        x[:, :, y0:y0 + side, x0:x0 + side] = x[other][:, :, y0:y0 + side, x0:x0 + side]
        return x, other, 1 - (side / size) ** 2
    return keep * x + (1 - keep) * x[other], other, keep
