// Millimetres per pixel, where a file really tells them.

const millimetresPerInch = 25.4;

/**
 * Spacing from pixels per inch along x and y.
 * 72 and 96 are what writers put when they do not know (EXIF 2.3, table 4: "72 dpi shall be used" when unknown; 96 is a screen's), so they tell nothing.
 * @returns [row, column], or null
 */
export function spacingOfInches(x: number, y: number): readonly [number, number] | null {
  const told = (density: number) => Number.isFinite(density) && density > 0 && Math.abs(density - 72) > 0.5 && Math.abs(density - 96) > 0.5;
  return told(x) && told(y) ? [millimetresPerInch / y, millimetresPerInch / x] : null;
}

export function spacingOfCentimetres(x: number, y: number): readonly [number, number] | null {
  return spacingOfInches(x * 2.54, y * 2.54);
}

/** Micrometres per pixel along x and y, as microscopes tell them. */
export function spacingOfMicrometres(x: number, y: number): readonly [number, number] | null {
  return Number.isFinite(x) && Number.isFinite(y) && x > 0 && y > 0 ? [y / 1000, x / 1000] : null;
}
