// The one address that pages of Fovea's windows have.

export const SCHEME = 'app';
export const HOST = 'fovea';
export const ORIGIN = `${SCHEME}://${HOST}`;

/** True for addresses of our own screens; a parsed comparison, since `app://fovea.evil` begins alike. */
export function isOwn(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${SCHEME}:` && url.host === HOST && url.username === '' && url.password === '';
}
