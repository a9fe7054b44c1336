// The projects that are open in this process.
import { realpath } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import type { Task } from '#contract/records.ts';
import { createProject, interruptJobs, interruptRuns, liveBlobs, openProject, readProject } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import type { JobRunner } from '../jobs/runner.ts';

export interface Projects {
  create(folder: string, options: { readonly name: string; readonly task: Task }): Promise<Project>;
  /** A project that is open already is given again. */
  open(folder: string): Promise<Project>;
  /** Throws `not-found` when no project of this id is open. */
  get(id: string): Project;
  /** Reads from a project that need not be open: it is, or is for as long as this takes. */
  look<T>(folder: string, read: (project: Project) => T | Promise<T>): Promise<T>;
  /** The same for one that is open or was looked at. Throws `not-found` for any other. */
  lookById<T>(id: string, read: (project: Project) => T | Promise<T>): Promise<T>;
  /** Ends its jobs first. Closing what is not open does nothing. */
  close(id: string): Promise<void>;
  closeAll(): Promise<void>;
}

export function createProjects({ platform, endAll }: Pick<JobRunner, 'platform' | 'endAll'>): Projects {
  const open = new Map<string, Project>();
  /** Folders of projects that were looked at, by id. */
  const seen = new Map<string, string>();
  /** Opening and closing take their turns, so that one folder is never opened twice at once. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined); // its caller hears of it; the next one has its own turn
    return result;
  };

  async function admit(project: Project): Promise<Project> {
    const { id, folder } = project.record;
    const twin = open.get(id);
    if (twin) {
      project.close();
      throw new StudioError('conflict', 'project.copy-open', { folder, other: twin.record.folder }, `${folder} is a copy of the project that is open from ${twin.record.folder}. Close that one first.`);
    }
    open.set(id, project);
    if (project.record.readOnly === null) await takeOver(project);
    return project;
  }

  /** Sets straight what an earlier process left behind, and removes files that no row names, while no job can be adding any. A full disk is no reason not to open. */
  async function takeOver({ db, blobs, record }: Project): Promise<void> {
    const now = new Date();
    try {
      db.transaction(() => {
        interruptRuns(db, now.toISOString());
        interruptJobs(db, now.toISOString());
      });
      await blobs.collect(liveBlobs(db), now.getTime());
    } catch (error) {
      platform.log('warning', `what an earlier process left behind in ${record.folder} could not be set straight`, error);
    }
  }

  async function close(id: string): Promise<void> {
    const project = open.get(id);
    if (!project) return;
    open.delete(id);
    await endAll(project);
    project.close();
  }

  async function look<T>(folder: string, read: (project: Project) => T | Promise<T>): Promise<T> {
    const place = await realpath(folder).catch(() => folder);
    const known = [...open.values()].find(({ record }) => record.folder === place);
    if (known) return read(known);
    const project = await readProject(folder);
    seen.set(project.record.id, folder);
    try {
      return await read(project);
    } finally {
      project.close();
    }
  }

  function get(id: string): Project {
    const project = open.get(id);
    if (!project) throw new StudioError('not-found', 'project.not-open', { project: id }, 'This project is not open. Open it first.');
    return project;
  }

  return {
    create: (folder, options) => inTurn(async () => admit(await createProject(folder, options))),
    open: (folder) => inTurn(async () => {
      const place = await realpath(folder).catch(() => folder);
      const known = [...open.values()].find(({ record }) => record.folder === place);
      return known ?? admit(await openProject(folder));
    }),
    get,
    look,
    async lookById(id, read) {
      const folder = open.has(id) ? undefined : seen.get(id);
      return folder === undefined ? read(get(id)) : look(folder, read);
    },
    close: (id) => inTurn(() => close(id)),
    closeAll: () => inTurn(async () => { for (const id of [...open.keys()]) await close(id); }),
  };
}
