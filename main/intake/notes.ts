// Collects the sentences of an import's report: some for single pictures, some that count.

/** Things that happen to many pictures and are said once. */
const counted = {
  frames: (n: string) => `${n} ${verb(n, 'holds', 'hold')} several pages or frames; the first one is used.`,
  labelled: (n: string) => `${n} ${verb(n, 'that was', 'that were')} here without a class got one.`,
  completed: (n: string) => `${n} ${verb(n, 'that was', 'that were')} here already got a subject, site or partition that was missing.`,
  keptClass: (n: string) => `${n} ${verb(n, 'that was', 'that were')} here already ${verb(n, 'keeps its class', 'keep their classes')}, although this import says another.`,
  keptSubject: (n: string) => `${n} ${verb(n, 'that was', 'that were')} here already ${verb(n, 'keeps its subject', 'keep their subjects')}, although this import says another.`,
  unlabelled: (n: string) => `${n} came in without a class.`,
  noSubject: (n: string) => `${n} ${verb(n, 'has', 'have')} no subject: the rule found none. A split treats each of them as a subject of its own.`,
} satisfies Record<string, (n: string) => string>;

const verb = (n: string, one: string, many: string) => (n.startsWith('1 ') ? one : many);

/** Single sentences beyond this many are only counted. */
const mostSingles = 50;

export class Notes {
  readonly #counts = new Map<keyof typeof counted, { number: number; readonly first: string }>();
  readonly #singles: string[] = [];
  #unsaid = 0;

  add(sentence: string): void {
    if (this.#singles.length < mostSingles) this.#singles.push(sentence);
    else this.#unsaid++;
  }

  count(what: keyof typeof counted, path: string): void {
    const entry = this.#counts.get(what);
    if (entry) entry.number++;
    else this.#counts.set(what, { number: 1, first: path });
  }

  sentences(): string[] {
    const sums = [...this.#counts].map(([what, { number, first }]) => `${counted[what](number === 1 ? '1 picture' : `${number.toLocaleString('en')} pictures`)} (${number === 1 ? '' : 'e.g. '}${JSON.stringify(first)})`);
    return [...this.#singles, ...(this.#unsaid > 0 ? [`... and ${this.#unsaid} more of this kind.`] : []), ...sums];
  }
}
