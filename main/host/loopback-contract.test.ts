// The contract, reached over the loopback host: the line that a browser's page uses.
import { tmpdir } from 'node:os';
import { createStudio } from '../studio.ts';
import { contractSuite } from './contract-suite.ts';
import { loopbackLink } from './loopback-link.ts';
import { nodePlatform } from './node-platform.ts';
import { serveStudio } from './serve-studio.ts';

contractSuite('the loopback link', async (home) => {
  const platform = nodePlatform({ home });
  const studio = await createStudio(platform);
  const host = await serveStudio(studio, platform, { renderer: tmpdir() });
  const link = await loopbackLink(host);
  return {
    link,
    async close() {
      link.close();
      await host.close();
      await studio.close();
    },
  };
});
