"""The training step of train-step.bench.ts in PyTorch: 1024 -> 512 -> 18, BCE, fused AdamW, batches gathered by index.
usage: torch_step.py THREADS STEPS     for each line read it takes STEPS steps, an epoch, and answers with milliseconds a step

Every way of running it that may be the fastest is timed first; the fastest one answers."""
import sys, time
import torch, torch.nn as nn, torch.nn.functional as F

threads, steps = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads); torch.manual_seed(0)
D, H, L, B = 512, 512, 18, 256
N = steps * B
image, text = torch.rand(N, D) - 0.5, torch.rand(N, D) - 0.5
targets = (torch.rand(N, L) < 0.2).float()


def subject(activation, dropout, compiled):
    model = nn.Sequential(nn.Linear(2 * D, H), activation(), *([nn.Dropout(dropout)] if dropout else []), nn.Linear(H, L))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
    loss_of = lambda x, y: F.binary_cross_entropy_with_logits(model(x), y)
    if compiled: loss_of = torch.compile(loss_of)
    order = torch.randperm(N)

    def run():
        for k in range(steps):
            i = order[k * B:][:B]
            optimizer.zero_grad(set_to_none=True)
            loss_of(torch.cat([image[i], text[i]], 1), targets[i]).backward(); optimizer.step()
    return run


def timed(run):
    start = time.perf_counter(); run(); return (time.perf_counter() - start) / steps * 1e3


def fastest(activation, dropout):
    tried = {}
    for compiled in (False, True):
        try:
            run = subject(activation, dropout, compiled); run(); tried[min(timed(run) for _ in range(3))] = run
        except Exception as error:  # no compiler at hand
            print(f'compiled={compiled}: {type(error).__name__}', file=sys.stderr)
    return tried[min(tried)]


subjects = {'relu': fastest(nn.ReLU, 0), 'gelu': fastest(nn.GELU, 0.2)}
print(torch.__version__, flush=True)
for line in sys.stdin: print(timed(subjects[line.strip()]), flush=True)
