"""What Pillow decodes from the format samples: python make_pillow.py SAMPLES > pillow.json (Pillow 13.0, numpy)."""
import hashlib, json, os, sys, warnings
import numpy as np
from PIL import Image, ImageOps, __version__

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = 300_000_000
root = sys.argv[1]
files = sorted(os.path.relpath(os.path.join(d, f), root) for d, _, names in os.walk(root) for f in names)


def pixels(image):
    """Upright; grey or RGB; transparency over white; 16 bits only where Pillow has them."""
    frames = getattr(image, "n_frames", 1)
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):
        if "transparency" in image.info:
            return None
        return np.array(image).astype("<u2")[:, :, None], 16, frames
    if image.mode in ("I", "F"):
        return None
    if image.mode in ("1", "L"):
        image = image.convert("LA" if "transparency" in image.info else "L")
    elif image.mode in ("RGBA", "PA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode != "LA":
        image = image.convert("RGB")
    a = np.array(image)
    a = a if a.ndim == 3 else a[:, :, None]
    if a.shape[2] in (2, 4):
        alpha, color = a[:, :, -1:].astype(float), a[:, :, :-1].astype(float)
        a = np.floor((color * alpha + 255 * (255 - alpha)) / 255 + 0.5).astype(np.uint8)
    return a, 8, frames


out = {}
for name in files:
    if not name.lower().endswith((".png", ".jpg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".mpo")):
        continue
    try:
        found = pixels(Image.open(os.path.join(root, name)))
    except Exception:
        out[name] = None
        continue
    if found:
        a, bits, frames = found
        h, w, c = a.shape
        out[name] = f"{w}x{h}x{c} {bits} bit, {frames}, {hashlib.sha256(a.tobytes()).hexdigest()[:16]}"
print(json.dumps({"pillow": __version__, "pictures": out}, indent=0))
