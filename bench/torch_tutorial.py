"""PyTorch's transfer-learning tutorial with a frozen backbone, as it stands there, on EfficientNet-Lite0: torch_tutorial.py PICTURES WEIGHTS"""
import json, resource, sys, time
import timm, torch
from safetensors.torch import load_file
from torchvision import datasets, transforms

began = time.perf_counter()
folder, weights = sys.argv[1], sys.argv[2]
torch.manual_seed(1)
normalize = transforms.Normalize([0.5] * 3, [0.5] * 3)
bicubic = transforms.InterpolationMode.BICUBIC
views = {
    'train': transforms.Compose([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), transforms.ToTensor(), normalize]),
    'val': transforms.Compose([transforms.Resize(256, interpolation=bicubic), transforms.CenterCrop(224), transforms.ToTensor(), normalize]),
}
loaders = {part: torch.utils.data.DataLoader(datasets.ImageFolder(f'{folder}/{part}', view), batch_size=4, shuffle=True, num_workers=2) for part, view in views.items()}
model = timm.create_model('tf_efficientnet_lite0')
model.load_state_dict({k: v.float() for k, v in load_file(weights).items()}, strict=False)
for parameter in model.parameters():
    parameter.requires_grad = False
model.classifier = torch.nn.Linear(1280, 2)
optimizer = torch.optim.SGD(model.classifier.parameters(), lr=0.001, momentum=0.9)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
best = 0.0
for epoch in range(25):
    for part, loader in loaders.items():
        model.train(part == 'train')
        correct = total = 0
        for pictures, target in loader:
            optimizer.zero_grad()
            with torch.set_grad_enabled(part == 'train'):
                logits = model(pictures)
                loss = torch.nn.functional.cross_entropy(logits, target)
                if part == 'train':
                    loss.backward()
                    optimizer.step()
            correct += (logits.argmax(1) == target).sum().item()
            total += len(target)
        if part == 'train':
            schedule.step()
        else:
            best = max(best, correct / total)
seconds = time.perf_counter() - began
print(json.dumps({'seconds': seconds, 'best': best, 'cpuMs': 0, 'wallMs': seconds * 1000, 'peakMB': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
