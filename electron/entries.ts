// Files of the desktop app that are loaded by their address, in one place because bundling moves them.
export const desktopEntries = {
  job: new URL('./job.ts', import.meta.url),
  preload: new URL('./preload.ts', import.meta.url),
} as const;
