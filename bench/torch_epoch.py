"""One epoch of whole fine-tuning in PyTorch with its DataLoader (decode, augment, step, validate): torch_epoch.py PICTURES WEIGHTS"""
import json, resource, sys, time
import timm, torch
from safetensors.torch import load_file
from torchvision import datasets, transforms

folder, weights = sys.argv[1], sys.argv[2]
torch.manual_seed(1)
normalize = transforms.Normalize([0.5] * 3, [0.5] * 3)
bicubic = transforms.InterpolationMode.BICUBIC
views = {
    'train': transforms.Compose([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), transforms.ColorJitter(0.2, 0.2, 0.2), transforms.ToTensor(), normalize]),
    'val': transforms.Compose([transforms.Resize(256, interpolation=bicubic), transforms.CenterCrop(224), transforms.ToTensor(), normalize]),
}
loaders = {part: torch.utils.data.DataLoader(datasets.ImageFolder(f'{folder}/{part}', view), batch_size=16, shuffle=part == 'train', num_workers=2, persistent_workers=True) for part, view in views.items()}
model = timm.create_model('tf_efficientnet_lite0').to(memory_format=torch.channels_last)
model.load_state_dict({k: v.float() for k, v in load_file(weights).items()}, strict=False)
model.classifier = torch.nn.Linear(1280, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
fastest = float('inf')
for epoch in range(2):
    began = time.perf_counter()
    # batch norm with stored statistics, as the strategy it is compared with
    model.eval()
    for pictures, target in loaders['train']:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(pictures.to(memory_format=torch.channels_last)), target).backward()
        optimizer.step()
    with torch.inference_mode():
        for pictures, target in loaders['val']:
            model(pictures.to(memory_format=torch.channels_last))
    fastest = min(fastest, time.perf_counter() - began)
print(json.dumps({'seconds': fastest, 'cpuMs': 0, 'wallMs': fastest * 1000, 'peakMB': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
