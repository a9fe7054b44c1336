// One open project: its facts, classes, pictures, changes, jobs and runs, kept true by what the studio tells.
import type { Link } from '#contract/api.ts';
import type { ImageRow, ProjectStatus } from '#contract/overview.ts';
import type { Push } from '#contract/events.ts';
import { assertNever } from '#contract/errors.ts';
import type { Change, Patch } from '#contract/patch.ts';
import type { ClassRecord, JobRecord, ProjectRecord, SplitRecord } from '#contract/records.ts';
import { changeClasses } from './apply-patch.ts';
import { Changes } from './changes.svelte.ts';
import { Choosing } from './choosing.svelte.ts';
import { recount } from './counts.ts';
import { Evidence } from './evidence.svelte.ts';
import { Images } from './images.svelte.ts';
import { Imports } from './imports.svelte.ts';
import { Jobs } from './jobs.svelte.ts';
import type { Labelling } from './labelling.ts';
import { NextPicture } from './next-picture.svelte.ts';
import { Predicting } from './predicting.svelte.ts';
import { LookingFirst } from './looking-first.svelte.ts';
import { MaskKindOf } from './mask-kind.svelte.ts';
import { MaskProposalsOf } from './mask-proposals.svelte.ts';
import { MaskResults } from './mask-results.svelte.ts';
import { Proposals } from './proposals.svelte.ts';
import type { Proposal } from './proposals.svelte.ts';
import { Results } from './results.svelte.ts';
import { Runs } from './runs.svelte.ts';
import { TrainChoice } from './train-choice.svelte.ts';

/** Counting all pictures anew takes the studio a while, so it is asked when nothing has changed for so many milliseconds: never between two labels of somebody who is quick. */
const QUIET = 800;
/** While an import is never quiet, so often. */
const LONGEST = 2500;
/** Pictures that come in are listed this much later, many at once. */
const GATHER = 250;

export class Project {
  record = $state.raw<ProjectRecord>() as ProjectRecord;
  status = $state.raw<ProjectStatus | null>(null);
  classes = $state.raw<readonly ClassRecord[]>([]);
  split = $state.raw<SplitRecord | null>(null);
  readonly link: Link;
  readonly images: Images;
  readonly changes: Changes;
  readonly maskKind: MaskKindOf;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly imports: Imports;
  readonly training: TrainChoice;
  readonly lookingFirst: LookingFirst;
  readonly results: Results;
  readonly predicting: Predicting;
  readonly choosing: Choosing;
  readonly proposals: Proposals;
  readonly maskProposals: MaskProposalsOf;
  readonly maskResults: MaskResults;
  readonly nextPicture: NextPicture;
  readonly evidence: Evidence;
  readonly classById = $derived(new Map(this.classes.map((one) => [one.id, one])));
  readonly classByName = $derived(new Map(this.classes.map((one) => [one.name, one])));
  readonly left = $derived(this.status === null ? null : this.status.images - this.status.labelled);
  #counting: ReturnType<typeof setTimeout> | null = null;
  #countAskedAt = 0;
  #listing: ReturnType<typeof setTimeout> | null = null;

  constructor(link: Link, record: ProjectRecord) {
    this.link = link;
    this.record = record;
    this.images = new Images(link, record.id);
    this.changes = new Changes(link, record.id, this);
    this.maskKind = new MaskKindOf(link, record.id, this.changes);
    this.jobs = new Jobs(link, record.id);
    this.runs = new Runs(link, record.id);
    this.imports = new Imports(link, record.id, this.jobs);
    this.training = new TrainChoice(link, record.id, record.task);
    this.lookingFirst = new LookingFirst(link, record.id, this.training, this.runs);
    this.results = new Results(link, record.id, this.runs, this.jobs);
    this.proposals = new Proposals(link, record.id, this.results, this.jobs);
    this.maskProposals = new MaskProposalsOf(link, record.id, this.results, this.jobs);
    this.maskResults = new MaskResults(link, record.id);
    this.nextPicture = new NextPicture(link, record.id, this);
    this.evidence = new Evidence(link, record.id, this.jobs);
    this.predicting = new Predicting(link, record.id, this.jobs);
    this.choosing = new Choosing(link, record.id, this.jobs);
  }

  get id(): string { return this.record.id; }

  async load(): Promise<void> {
    const projectId = this.id;
    await Promise.all([
      this.changes.begin(),
      this.countNow(),
      this.loadClasses(),
      this.maskKind.load(),
      this.link.call('split.current', { projectId }).then((split) => { this.split = split; }),
      this.images.refresh(),
      this.jobs.load(),
      this.runs.load(),
    ]);
  }

  /** Takes back what is shown to what is stored. */
  async reload(): Promise<void> {
    await Promise.all([this.loadClasses(), this.maskKind.load(), this.images.reload(), this.countNow()]);
  }

  /** After a lost connection: everything that may have been told meanwhile. */
  async recover(): Promise<void> {
    await this.changes.recover();
    const projectId = this.id;
    await Promise.all([
      this.link.call('split.current', { projectId }).then((split) => { this.split = split; }),
      this.loadClasses(),
      this.maskKind.load(),
      this.images.refresh(),
      this.jobs.load(),
      this.runs.recover(),
      this.countNow(),
    ]);
  }

  receive(push: Push): void {
    switch (push.type) {
      case 'project.changed': this.record = push.project; return;
      case 'patch.applied': this.changes.receive(push.sequence, push.patch); this.count(); return;
      case 'images.changed': this.#list(); this.count(LONGEST); return;
      case 'split.made': this.split = push.split; void this.images.renew(); this.count(); return;
      case 'job.changed': this.#received(push.job); return;
      case 'run.changed': this.runs.receive(push.run); this.count(); return;
      case 'run.event': this.runs.receiveEvent(push.runId, push.event); return;
      case 'comparison.changed': this.choosing.receive(push.comparison); return;
      case 'lesson.result': return; // of the lessons' own project
      default: assertNever(push);
    }
  }

  #received(job: JobRecord): void {
    this.jobs.receive(job);
    // An import may have told more about pictures that were there already.
    if (job.kind === 'import' && job.status !== 'queued' && job.status !== 'running') void Promise.all([this.images.renew(), this.loadClasses(), this.maskKind.load()]);
  }

  applyLocally(patch: Patch): void {
    this.classes = changeClasses(this.classes, patch);
    this.maskKind.applyLocally(patch);
    this.images.applyLocally(patch, (before, after) => { if (this.status) this.status = recount(this.status, before, after); });
    this.count();
  }

  /** Asks for the counts as soon as it is quiet, or after `longest` milliseconds. */
  count(longest = Infinity): void {
    if (this.#counting === null) this.#countAskedAt = Date.now();
    else if (Date.now() - this.#countAskedAt > longest) return;
    else clearTimeout(this.#counting);
    this.#counting = setTimeout(() => {
      this.#counting = null;
      void this.countNow();
    }, QUIET);
  }

  /** Asks for the list of pictures soon, and for the classes that came with them. */
  #list(): void {
    this.#listing ??= setTimeout(() => {
      this.#listing = null;
      void this.images.refresh();
      void this.loadClasses();
    }, GATHER);
  }

  async loadClasses(): Promise<void> {
    this.classes = await this.link.call('class.list', { projectId: this.id });
  }

  async countNow(): Promise<void> {
    this.status = await this.link.call('project.status', { projectId: this.id });
  }

  /** What a label made by hand carries. */
  labelling(): Labelling {
    return { reader: this.changes.reader, source: 'person', modelId: null, newId: () => crypto.randomUUID() };
  }

  /** What the newest model gives a picture. */
  proposed(imageId: string): readonly Proposal[] {
    return this.proposals.of(imageId, this.classByName, this.record.task === 'multilabel');
  }

  /** One patch over many pictures. @returns how many pictures it changed */
  async changePictures(ids: readonly string[], title: (n: number) => string, change: (row: ImageRow) => readonly Change[]): Promise<number> {
    const rows = await this.images.rowsOf(ids);
    const perRow = rows.map(change).filter((changes) => changes.length > 0);
    await this.changes.apply(title(perRow.length), perRow.flat());
    return perRow.length;
  }
}
