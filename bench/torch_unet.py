"""PyTorch's arm of the benches of U-Nets, on a timm encoder.
torch_unet.py step ENCODER SIZE BATCH: CPU time of a training step and peak memory.
torch_unet.py train ENCODER WEIGHTS TABLE SEED EPOCHS BATCH TILE: trains on the pictures of a CSV (partition, picture, mask) and prints Dice of each test picture.
Both print one JSON line."""
import csv, json, math, resource, sys, time
import numpy as np
import timm, torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, entering, skip, width):
        super().__init__()
        layer = lambda a, b: nn.Sequential(nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True))
        self.conv1, self.conv2 = layer(entering + skip, width), layer(width, width)

    def forward(self, x, skip):
        x = F.interpolate(x, scale_factor=2, mode='nearest')
        return self.conv2(self.conv1(x if skip is None else torch.cat([x, skip], 1)))


class Unet(nn.Module):
    def __init__(self, encoder, classes, widths=(256, 128, 64, 32, 16)):
        super().__init__()
        self.encoder = timm.create_model(encoder, features_only=True, pretrained=False)
        channels = self.encoder.feature_info.channels()
        entering, skips = channels[-1:] + list(widths[:-1]), channels[-2::-1] + [0]
        self.blocks = nn.ModuleList(Block(a, s, w) for a, s, w in zip(entering, skips, widths))
        self.head = nn.Conv2d(widths[-1], classes, 3, padding=1)

    def forward(self, x):
        maps = self.encoder(x)
        y = maps[-1]
        for i, block in enumerate(self.blocks):
            y = block(y, maps[-2 - i] if i + 1 < len(maps) else None)
        return self.head(y)


def dice_loss(logits, target):
    p, t = logits.softmax(1), F.one_hot(target, logits.shape[1]).permute(0, 3, 1, 2)
    both, sums = (p * t).sum((0, 2, 3)), (p + t).sum((0, 2, 3))
    return ((1 - (both + 1) / (sums / 2 + 1)) * (t.sum((0, 2, 3)) > 0)).mean()


def step_bench(encoder, size, batch):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = Unet(encoder, 2).to(memory_format=torch.channels_last).train()
    pictures = (torch.rand(batch, 3, size, size) * 2 - 1).to(memory_format=torch.channels_last)
    target = (torch.arange(size)[:, None] // 8 + torch.arange(size) // 8).remainder(2).expand(batch, size, size).contiguous()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(pictures), target).backward()
        optimizer.step()
    for _ in range(2):
        step()
    counted, cpu, wall = 5, time.process_time(), time.perf_counter()
    for _ in range(counted):
        step()
    n = counted * batch
    print(json.dumps({'cpuMs': (time.process_time() - cpu) * 1000 / n, 'wallMs': (time.perf_counter() - wall) * 1000 / n,
                      'peakMB': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def read(path, mode):
    from PIL import Image
    return np.array(Image.open(path).convert(mode))


def picture(path):
    return torch.from_numpy(read(path, 'RGB')).permute(2, 0, 1).float() / 127.5 - 1  # the mean and deviation of the encoder's weights: 0.5


def random_tile(x, y, side, draw):
    """A random place, one of the eight turns and mirrors, a little brightness and contrast."""
    pad = [max(0, side - x.shape[2]), max(0, side - x.shape[1])]
    if any(pad):
        x, y = F.pad(x[None], (0, pad[0], 0, pad[1]), mode='reflect')[0], F.pad(y[None, None].float(), (0, pad[0], 0, pad[1]), mode='reflect')[0, 0].long()
    top, left = draw.integers(x.shape[1] - side + 1), draw.integers(x.shape[2] - side + 1)
    x, y = x[:, top:top + side, left:left + side], y[top:top + side, left:left + side]
    turns, mirrored = int(draw.integers(4)), draw.random() < 0.5
    x, y = torch.rot90(x, turns, (1, 2)), torch.rot90(y, turns, (0, 1))
    if mirrored:
        x, y = x.flip(2), y.flip(1)
    return (x * (1 + 0.2 * (2 * draw.random() - 1)) + 0.15 * (2 * draw.random() - 1)).clamp(-1, 1), y


def train_bench(encoder, weights, table, seed, epochs, batch, side):
    from safetensors.torch import load_file
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    rows = list(csv.DictReader(open(table)))
    data = {part: [(picture(r['picture']), torch.from_numpy((read(r['mask'], 'L') > 0).astype(np.int64))) for r in rows if r['partition'] == part] for part in ('train', 'validation', 'test')}
    model = Unet(encoder, 2)
    known = load_file(weights)
    own = model.encoder.state_dict()
    found = {name: known[name].float() for name in own if name in known}
    missing = [name for name in own if name not in found and not name.endswith('num_batches_tracked')]
    assert not missing, missing[:5]
    model.encoder.load_state_dict(found, strict=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-4)
    steps = epochs * math.ceil(len(data['train']) / batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, steps, pct_start=0.1, anneal_strategy='cos')
    best, kept = math.inf, None
    for _ in range(epochs):
        model.train()
        order = draw.permutation(len(data['train']))
        for first in range(0, len(order), batch):
            tiles = [random_tile(*data['train'][i], side, draw) for i in order[first:first + batch]]
            x, y = torch.stack([t[0] for t in tiles]), torch.stack([t[1] for t in tiles])
            optimizer.zero_grad(set_to_none=True)
            logits = model(x)
            (F.cross_entropy(logits, y) + dice_loss(logits, y)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
            schedule.step()
        with torch.inference_mode():
            model.eval()
            loss = sum(float(F.cross_entropy(z, y[None]) + dice_loss(z, y[None])) for x, y in data['validation'] for z in [whole(model, x)]) / len(data['validation'])
        if loss < best:
            best, kept = loss, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    model.eval()
    scores = []
    with torch.inference_mode():
        for x, y in data['test']:
            said = whole(model, x)[0].argmax(0)
            total = int(said.sum() + y.sum())
            scores.append(1.0 if total == 0 else 2 * int((said & y).sum()) / total)
    print(json.dumps({'dice': scores}))


def whole(model, x):
    """The whole picture at once, its mirror image around it up to a multiple of 32."""
    height, width = x.shape[1:]
    padded = F.pad(x[None], (0, -width % 32, 0, -height % 32), mode='reflect')
    return model(padded)[:, :, :height, :width]


if __name__ == '__main__':
    kind, *rest = sys.argv[1:]
    if kind == 'step':
        step_bench(rest[0], int(rest[1]), int(rest[2]))
    else:
        train_bench(rest[0], rest[1], rest[2], *map(int, rest[3:]))
