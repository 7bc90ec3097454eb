"""Random crops, flips, colours and erased boxes."""
import numpy as np, torch, torch.nn.functional as F
import data
from model import MEAN, STD

mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255; std = torch.tensor(STD).view(1, 3, 1, 1) * 255


def augment(X, i, size, least=54):
    """[B] rows of the uint8 store [N, S, S, 3] -> [B, 3, size, size], normalised."""
    out = []
    for part in i.chunk(4):  # one crop for each quarter of the batch is cheap and varied enough
        x = X[part].permute(0, 3, 1, 2)
        s = int(np.random.randint(least, data.STORE + 1)); aspect = float(np.exp(np.random.uniform(-0.15, 0.15)))
        h, w = min(data.STORE, int(s * aspect)), min(data.STORE, int(s / aspect))
        y0, x0 = np.random.randint(0, data.STORE + 1 - h), np.random.randint(0, data.STORE + 1 - w)
        x = F.interpolate(x[:, :, y0:y0 + h, x0:x0 + w], (size, size), mode='bilinear', antialias=True, align_corners=False).float()
        n = len(part); flip = torch.rand(n) < 0.5; x[flip] = x[flip].flip(3)
        r = lambda k: 1 + k * (torch.rand(n, 1, 1, 1) * 2 - 1)
        x = x * r(0.2); x = (x - 110) * r(0.25) + 110; g = x.mean(1, keepdim=True); x = g + (x - g) * r(0.35)
        x = (x.clamp(0, 255) - mean) / std
        if np.random.rand() < 0.5:
            c = int(size * np.random.uniform(0.15, 0.4)); y0, x0 = np.random.randint(0, size - c, 2); x[:, :, y0:y0 + c, x0:x0 + c] = 0
        out.append(x)
    return torch.cat(out).to(memory_format=torch.channels_last)
