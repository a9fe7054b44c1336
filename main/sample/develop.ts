// From dye to numbers: lamp, lens and sensor, each site with its own.
import type { PlannedPicture } from './population.ts';
import { side, type Scene } from './scene.ts';
import { blur, stainOf, transmit } from './stain.ts';

/** The camera's numbers for light 0 to 1.02 in steps of 1 / 1024: a little brighter in the middle, as cameras show them. */
const response = Float32Array.from({ length: 1046 }, (_, light) => 255 * (light / 1024) ** 0.92);

/** @returns [side, side, 3] */
export function develop(scene: Scene, { subject }: PlannedPicture): Uint8Array {
  const stain = stainOf(subject), pixels = new Uint8Array(side * side * 3);
  const sigma = stain.blur * (0.8 + 0.8 * scene.draw.uniform(23) ** 2);
  transmit(scene, subject, lampOf(scene, subject.site === 'B' ? 0.14 : 0.04)).forEach((plane, channel) => {
    const light = blur(plane, side, side, sigma);
    for (let i = 0; i < light.length; i++) {
      const value = response[Math.min(1045, Math.round(light[i]! * 1024))]! + stain.noise * scene.noise.grain(scene.place + channel * 7919, i);
      pixels[i * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)));
    }
  });
  return pixels;
}

/** Brightness of the field: exposure, a tilt of the lamp, shade towards the corners, a film of plasma. */
function lampOf({ draw, noise, place }: Scene, corners: number): Float32Array {
  const tilt = [0.18 * (draw.uniform(6) - 0.5), 0.18 * (draw.uniform(7) - 0.5)] as const, shade = 0.1 + corners * draw.uniform(8), exposure = 0.95 + 0.11 * draw.uniform(9);
  const film = noise.field(place + 17, 50, 2), lamp = new Float32Array(side * side);
  for (let y = 0, i = 0; y < side; y++) for (let x = 0; x < side; x++, i++) {
    const u = x / side - 0.5, v = y / side - 0.5;
    lamp[i] = exposure * (1 + tilt[0] * u + tilt[1] * v - shade * (u * u + v * v) + 0.02 * film(x, y));
  }
  return lamp;
}
