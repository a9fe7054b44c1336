// What a host must provide: the command line, the loopback host and Electron each make one of these and call createStudio.

export interface Platform {
  /** Folder for what belongs to the person, not to a project: engine packs, downloaded weights, recent projects. */
  readonly home: string;
  /** Folder of the shipped resources: embedded weights, catalogue. */
  readonly resources: string;
  readonly version: string;
  readonly electron: string | null;
  /** Starts a job process from the entry named in entries.ts. */
  startJob(environment: Readonly<Record<string, string>>): JobProcess;
  log(level: 'info' | 'warning' | 'error', message: string, details?: unknown): void;
}

/** A child process that speaks the protocol of contract/jobs.ts. It ends by itself when its parent is gone. */
export interface JobProcess {
  readonly pid: number | undefined;
  send(command: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `stderr` is the tail of what the child printed. */
  onExit(listener: (end: { readonly code: number | null; readonly signal: string | null; readonly stderr: string }) => void): void;
  /** At once, whatever it does. */
  kill(): void;
}
