// What one window knows: the door, the screen it shows, the open project, the machine. Made once, handed down by context.
import type { Result } from '#contract/api.ts';
import type { ProjectSummary } from '#contract/overview.ts';
import type { DoctorReport } from '#contract/engines.ts';
import { StudioError } from '#contract/errors.ts';
import type { NetworkState } from '#contract/network.ts';
import type { Patch } from '#contract/patch.ts';
import type { ValueWindow } from '#contract/picture-window.ts';
import type { ClassRecord, ProjectRecord, Task } from '#contract/records.ts';
import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Connection, Door, DroppedFile, PictureSize } from '../link/door.ts';
import { t } from '../messages/index.svelte.ts';
import { changesByImage } from './apply-patch.ts';
import { LabelView } from './label-view.svelte.ts';
import { Lessons } from './lessons.svelte.ts';
import { Project } from './project.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

export const screens = ['projects', 'images', 'label', 'train', 'results', 'compare', 'predict', 'export', 'lessons', 'settings'] as const;
export type Screen = (typeof screens)[number];
export type Overlay = 'palette' | 'keys' | 'new-project' | 'open-project' | 'add-pictures' | 'subject' | 'split' | 'new-class' | 'rename-class' | null;

/** What can be shown while no project is open. */
const withoutProject: ReadonlySet<Screen> = new Set(['projects', 'lessons', 'settings']);

const FOLDER = 'fovea.project';

export class Session {
  readonly door: Door;
  readonly settings = new Settings();
  readonly toasts = new Toasts();
  readonly view = new LabelView();
  readonly lessons: Lessons;
  connection = $state.raw<Connection>('connecting');
  screen = $state.raw<Screen>('projects');
  overlay = $state.raw<Overlay>(null);
  /** The class that the dialog is about. */
  classInHand = $state.raw<ClassRecord | null>(null);
  project = $state.raw<Project | null>(null);
  doctor = $state.raw<DoctorReport | null>(null);
  /** Whether anything may be fetched, and what was. */
  network = $state.raw<NetworkState | null>(null);
  recent = $state.raw<Result<'project.recent'>>([]);
  /** By folder; null = it cannot be looked into. */
  readonly summaries = new SvelteMap<string, ProjectSummary | null>();
  /** What went wrong with opening a project, shown where it was asked. */
  openError = $state.raw<StudioError | null>(null);
  ready = $state(false);
  /** The sample project is being made. */
  drawing = $state(false);
  /** Files that wait for the project that is being made, or for the choices of an import. */
  dropped = $state.raw<{ readonly name: string; readonly files: readonly DroppedFile[] } | null>(null);

  constructor(door: Door) {
    this.door = door;
    this.lessons = new Lessons(door.link);
    this.connection = door.connection();
    door.onConnection((connection) => void this.#connected(connection));
    // A host that was started again has no project open yet.
    door.whenBack(async (call) => {
      if (this.project) await call('project.open', { folder: this.project.record.folder });
    });
    door.link.on((push) => {
      if (push.type === 'project.changed') void this.loadRecent();
      if (push.type === 'job.changed' && push.job.kind === 'download') void this.loadNetwork();
      if (this.project && ('projectId' in push ? push.projectId : push.project.id) === this.project.id) this.project.receive(push);
    });
    addEventListener('hashchange', () => this.#readAddress());
  }

  /** Loads what is shown first: the machine, recent projects, and the project this window had before a reload. */
  async start(): Promise<void> {
    await this.settings.show();
    const { link } = this.door;
    const folder = this.door.folder ?? sessionStorage.getItem(FOLDER);
    await this.loadRecent();
    if (folder !== null) await this.open(folder, null);
    this.#readAddress();
    this.ready = true;
    await Promise.all([link.call('app.doctor', {}).then((found) => { this.doctor = found; }), this.loadNetwork(), this.lessons.load()]);
  }

  async loadNetwork(): Promise<void> {
    this.network = await this.door.link.call('app.network', {});
  }

  async loadRecent(): Promise<void> {
    this.recent = await this.door.link.call('project.recent', {});
  }

  /** Looks into the recent projects, one after the other: they are listed before that. */
  async summarise(): Promise<void> {
    for (const { folder, missing } of this.recent) {
      if (missing) continue;
      const found = await this.door.link.call('project.summary', { folder }).catch((error: unknown) => {
        if (!(error instanceof StudioError)) throw error;
        return null; // opening it says why
      });
      this.summaries.set(folder, found);
    }
  }

  go(screen: Screen): void {
    const shown = this.project === null && !withoutProject.has(screen) ? 'projects' : screen;
    this.screen = shown;
    this.overlay = null;
    if (location.hash !== `#/${shown}`) location.hash = `/${shown}`;
  }

  /** Opens a project; on failure the reason stands in `openError`. */
  async open(folder: string, screen: Screen | null = 'images'): Promise<boolean> {
    try {
      await this.enter(await this.door.link.call('project.open', { folder }), screen);
      return true;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.openError = error;
      sessionStorage.removeItem(FOLDER);
      return false;
    }
  }

  async create(folder: string, name: string, task: Task): Promise<void> {
    await this.enter(await this.door.link.call('project.create', { folder, name, task }), 'images');
  }

  async enter(record: ProjectRecord, screen: Screen | null): Promise<void> {
    const project = new Project(this.door.link, record);
    project.changes.reader = this.settings.reader || null;
    await project.load();
    this.project = project;
    this.openError = null;
    sessionStorage.setItem(FOLDER, record.folder);
    if (screen !== null) this.go(screen);
    void this.loadRecent();
  }

  /** Opens the sample project, which is drawn into a folder beside the other projects when it is not there yet. */
  async openSample(task: 'classification' | 'segmentation' = 'classification'): Promise<void> {
    const name = t(task === 'segmentation' ? 'mask.sampleName' : 'projects.sampleName');
    this.openError = null;
    this.drawing = true;
    try {
      const { projects } = await this.door.shell.places();
      const folder = `${projects}${projects.includes('\\') ? '\\' : '/'}${name}`;
      if (this.recent.some((one) => one.folder === folder && !one.missing)) {
        await this.open(folder);
        return;
      }
      const { project, jobId } = await this.door.link.call('project.sample', { folder, task });
      await this.enter(project, 'images');
      void this.project?.imports.watch(project.name, jobId);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.openError = error;
      this.go('projects');
    } finally {
      this.drawing = false;
    }
  }

  /** Back to the list of projects; the project stays open in the studio for other windows. */
  leave(): void {
    this.project = null;
    sessionStorage.removeItem(FOLDER);
    this.go('projects');
  }

  pictureUrl(imageId: string, size: PictureSize, window: ValueWindow | null = null): string {
    return this.project === null ? '' : this.door.pictureUrl(this.project.id, imageId, size, window);
  }

  /** Takes back the last change and says which. */
  undo(): void {
    const patch = this.project?.changes.undo();
    if (patch) this.#told(patch, t('change.undone', { what: patch.title }));
  }

  /** Does again what was taken back, and says what. */
  redo(): void {
    const patch = this.project?.changes.redo();
    if (patch) this.#told(patch, t('change.redone', { what: patch.title }));
  }

  /** On Label the picture itself tells what a change of one picture did; elsewhere a notice does. */
  #told(patch: Patch, text: string): void {
    const images = this.project?.images, [only, ...others] = changesByImage(patch).keys();
    const at = only === undefined || others.length > 0 || !images ? -1 : images.ids.indexOf(only);
    if (this.screen === 'label' && at >= 0) images?.moveTo(at);
    else this.toasts.show(text);
  }

  async #connected(connection: Connection): Promise<void> {
    const came = this.connection === 'lost' && connection === 'open';
    this.connection = connection;
    if (!came || this.project === null) return;
    await this.project.recover();
  }

  #readAddress(): void {
    const wanted = location.hash.slice(2);
    const screen = screens.find((one) => one === wanted);
    if (screen !== undefined && screen !== this.screen) this.go(screen);
    else if (screen === undefined) this.go(this.project === null ? 'projects' : 'images');
  }
}

/** The session of this window, for every component below App. */
export const [useSession, provideSession] = createContext<Session>();
