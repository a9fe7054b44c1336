// Builds the screens into dist/renderer: static files that the loopback host and Electron serve.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Vite reads its configuration from a default export.
export default defineConfig({
  root: folder('.'),
  base: './',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  build: {
    outDir: folder('../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome120',
    // data: addresses would need a weaker content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
