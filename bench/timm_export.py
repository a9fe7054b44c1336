"""Opens exported state dicts in timm, strictly, and compares its probabilities with those of the exported ONNX files: timm_export.py FOLDER

FOLDER/cases.json lists {id, classes, inChannels, stateDict, input, shape, probabilities}: files of float32 numbers, row-major.
Prints one JSON line per case.
"""
import json, sys
from pathlib import Path
import numpy, timm, torch
from safetensors.torch import load_file

folder = Path(sys.argv[1])
for case in json.loads((folder / 'cases.json').read_text()):
    model = timm.create_model(case['id'], num_classes=case['classes'], in_chans=case['inChannels'])
    model.load_state_dict(load_file(folder / case['stateDict']), strict=True)
    pictures = numpy.fromfile(folder / case['input'], dtype='<f4').reshape(case['shape'])
    with torch.inference_mode():
        probabilities = model.eval()(torch.from_numpy(pictures)).softmax(-1).numpy()
    expected = numpy.fromfile(folder / case['probabilities'], dtype='<f4').reshape(probabilities.shape)
    print(json.dumps({'id': case['id'], 'difference': float(abs(probabilities - expected).max()), 'spread': float(numpy.ptp(probabilities)), 'timm': timm.__version__}), flush=True)
