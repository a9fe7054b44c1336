// `npm run check`: the types of every layer and the import rules of docs/architecture.md.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { rules } from './layers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One layer, one tsconfig: each sees only the types of the world it runs in. */
const layers: readonly { readonly name: string; readonly config: string; readonly command: readonly string[] }[] = [
  { name: 'contract', config: 'main/contract/tsconfig.json', command: ['typescript/bin/tsc', '-p'] },
  { name: 'main, build and bench', config: 'tsconfig.json', command: ['typescript/bin/tsc', '-p'] },
  { name: 'renderer', config: 'renderer/tsconfig.json', command: ['svelte-check/bin/svelte-check', '--fail-on-warnings', '--output', 'human', '--tsconfig'] },
  { name: 'electron', config: 'electron/tsconfig.json', command: ['typescript/bin/tsc', '-p'] },
  { name: 'e2e', config: 'e2e/tsconfig.json', command: ['typescript/bin/tsc', '-p'] },
];

function checkTypes(): boolean {
  let good = true;
  for (const { name, config, command: [script, ...flags] } of layers) {
    if (!existsSync(root + config)) continue;
    const { status } = spawnSync(process.execPath, [`${root}node_modules/${script}`, ...flags, config], { cwd: root, stdio: 'inherit' });
    console.log(`${status === 0 ? 'ok' : 'FAILED'}  types of ${name}`);
    good &&= status === 0;
  }
  return good;
}

async function checkLayers(): Promise<boolean> {
  process.chdir(root);
  const folders = ['main', 'build', 'bench', 'renderer', 'electron', 'e2e'].filter((folder) => existsSync(root + folder));
  const { output } = await cruise(folders, {
    ruleSet: { forbidden: rules },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['svelte', 'import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.mjs', '.js', '.cjs', '.svelte', '.json', '.d.ts'] },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a text instead of a result');
  for (const { rule, from, to } of output.summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
  const good = output.summary.error === 0;
  console.log(`${good ? 'ok' : 'FAILED'}  import rules (${output.summary.totalCruised} modules, ${output.summary.totalDependenciesCruised ?? 0} imports)`);
  return good;
}

const good = [checkTypes(), await checkLayers()].every(Boolean);
process.exitCode = good ? 0 : 1;
