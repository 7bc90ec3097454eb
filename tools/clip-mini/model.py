"""The two towers. Plain operations only, so that the ONNX graphs stay small and readable."""
import math
import torch, torch.nn as nn, torch.nn.functional as F

DIM = 512
MEAN, STD = (0.48, 0.457, 0.408), (0.268, 0.261, 0.275)
CONTEXT = 77
TRAINED_POSITIONS = 32  # later ones share the last: captions this long are too rare to learn from


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.c1 = nn.Conv2d(i, o, 3, stride, 1, bias=False)
        self.b1 = nn.BatchNorm2d(o)
        self.c2 = nn.Conv2d(o, o, 3, 1, 1, bias=False)
        self.b2 = nn.BatchNorm2d(o)
        nn.init.zeros_(self.b2.weight)
        self.skip = nn.Identity() if stride == 1 and i == o else nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        return F.relu(self.b2(self.c2(F.relu(self.b1(self.c1(x))))) + self.skip(x))


class ImageTower(nn.Module):
    """[N, 3, S, S] -> [N, 512]; fully convolutional, so that S may differ between training and use."""
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 32, 5, 2, 2, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
                                 Block(32, 64, 2), Block(64, 128, 2), Block(128, 256, 2), Block(256, 384, 1))
        self.drop = nn.Dropout(0.1)
        self.proj = nn.Linear(768, DIM)

    def forward(self, x):
        h = self.net(x)
        return self.proj(self.drop(torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1).float()))


class TextTower(nn.Module):
    """[N, T] ids and mask -> [N, 512]: the sum of the tokens' vectors, which start as a latent semantic analysis of the
    training captions, brought to length 1, plus what one Transformer layer adds. Padding changes nothing."""
    def __init__(self, vocab, bos, eos, table=None, width=256, heads=4):
        super().__init__()
        self.bos, self.eos, self.width, self.heads = bos, eos, width, heads
        self.table = nn.Embedding(vocab, DIM)
        if table is not None:
            self.table.weight.data.copy_(table)
        self.inp = nn.Linear(DIM, width)
        self.ln0 = nn.LayerNorm(width)
        self.pos = nn.Parameter(torch.randn(TRAINED_POSITIONS, width) * 0.02)
        self.ln1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.ln2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)
        self.ln3 = nn.LayerNorm(width)
        self.proj = nn.Linear(width, DIM)
        nn.init.zeros_(self.proj.weight)
        nn.init.zeros_(self.proj.bias)
        self.drop = nn.Dropout(0.1)

    def positions(self, t):
        return self.pos[torch.arange(CONTEXT).clamp(max=TRAINED_POSITIONS - 1)][:t]

    def forward(self, ids, mask, table=None):
        e = self.table(ids)
        m = mask.to(e.dtype).unsqueeze(-1)
        word = m * ((ids != self.bos) & (ids != self.eos)).to(e.dtype).unsqueeze(-1)
        bag = (e * word).sum(1)
        bag = bag / (bag.square().sum(1, keepdim=True) + 1e-6).sqrt()
        n, t = ids.shape
        h = self.ln0(self.inp(e)) + self.positions(t)
        q, k, v = [x.reshape(n, t, self.heads, self.width // self.heads).transpose(1, 2) for x in self.qkv(self.ln1(h)).split(self.width, -1)]
        score = q @ k.transpose(2, 3) / math.sqrt(self.width // self.heads) + (1 - m).transpose(1, 2).unsqueeze(1) * -1e4
        a = (score.softmax(-1) @ v).transpose(1, 2).reshape(n, t, self.width)
        h = h + self.drop(self.out(a))
        h = h + self.drop(self.down(F.gelu(self.up(self.ln2(h)))))
        pooled = (self.ln3(h) * m).sum(1) / m.sum(1).clamp(min=1)
        return bag + self.proj(pooled).float()
