// Where Fovea keeps what belongs to the person rather than to a project: engine packs, downloaded weights, recent projects.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** FOVEA_HOME, else the system's folder for application data. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['FOVEA_HOME']) return environment['FOVEA_HOME'];
  switch (process.platform) {
    case 'win32': return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Fovea');
    case 'darwin': return join(homedir(), 'Library', 'Application Support', 'Fovea');
    default: return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'fovea');
  }
}

/** Folder of the shipped resources, seen from the source tree. */
export const resourcesFolder = fileURLToPath(new URL('../resources/', import.meta.url));
