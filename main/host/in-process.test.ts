// The contract, reached without leaving the process.
import { createStudio } from '../studio.ts';
import { contractSuite } from './contract-suite.ts';
import { inProcessLink } from './in-process.ts';
import { nodePlatform } from './node-platform.ts';

contractSuite('the in-process link', async (home) => {
  const studio = await createStudio(nodePlatform({ home }));
  return { link: inProcessLink(studio), close: () => studio.close() };
});
