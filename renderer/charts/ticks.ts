// Round numbers for an axis.

/** Some `wanted` round values between `from` and `to`, both ends where they are round themselves. */
export function niceTicks(from: number, to: number, wanted: number): number[] {
  const raw = (to - from) / wanted;
  if (!(raw > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? 10 * power;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
