"""PyTorch's arm of the step bench: torch_steps.py NETWORK train|forward BATCH prints one JSON line."""
import json, resource, sys, time
import timm, torch

network, mode, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(1)
torch.manual_seed(1)
model = timm.create_model(network, num_classes=10).to(memory_format=torch.channels_last)
pictures = (torch.rand(batch, 3, 224, 224) * 2 - 1).to(memory_format=torch.channels_last)
target = torch.arange(batch) % 10
if mode == 'train':
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    def step():
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(pictures), target).backward()
        optimizer.step()
else:
    model.eval()
    def step():
        with torch.inference_mode():
            model.forward_head(model.forward_features(pictures), pre_logits=True)
for _ in range(3):
    step()
counted, cpu, wall = 8, time.process_time(), time.perf_counter()
for _ in range(counted):
    step()
n = counted * batch
print(json.dumps({'cpuMs': (time.process_time() - cpu) * 1000 / n, 'wallMs': (time.perf_counter() - wall) * 1000 / n,
                  'peakMB': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
