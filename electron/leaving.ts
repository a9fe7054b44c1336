// Asks before a window goes that holds changes nobody has saved yet, and before the app ends under work that still runs.
import type { BrowserWindow, Dialog } from 'electron';
import type { Leaving, LeavingQuestion } from '#contract/bridge.ts';

export interface LeavingParts {
  readonly dialog: Pick<Dialog, 'showMessageBoxSync'>;
  readonly platform: NodeJS.Platform;
  windows(): readonly BrowserWindow[];
}

export interface Departures {
  /** Keeps what a window's page would ask now. */
  tell(window: BrowserWindow, leaving: Leaving): void;
  /** Lets a window ask before it is closed or loaded anew. */
  attach(window: BrowserWindow): void;
  /** Asks for every window; false when the person stays. */
  mayQuit(): boolean;
}

export function watchDepartures({ dialog, platform, windows }: LeavingParts): Departures {
  const told = new WeakMap<BrowserWindow, Leaving>();
  /** Windows whose person has said to leave: nobody is asked the same twice. */
  const agreed = new WeakSet<BrowserWindow>();

  function ask(window: BrowserWindow, { message, detail, leave, stay }: LeavingQuestion): boolean {
    const left = dialog.showMessageBoxSync(window, { type: 'question', message, detail, buttons: [leave, stay], defaultId: 1, cancelId: 1, noLink: true }) === 0;
    if (left) agreed.add(window);
    return left;
  }

  /** @param ending whether jobs end with this window */
  function agrees(window: BrowserWindow, ending: boolean): boolean {
    const { unsaved, working } = told.get(window) ?? { unsaved: null, working: null };
    const question = unsaved ?? (ending ? working : null);
    return question === null || agreed.has(window) || ask(window, question);
  }

  return {
    tell(window, leaving) {
      told.set(window, leaving);
      agreed.delete(window);
    },
    attach(window) {
      window.on('close', (event) => {
        // On a Mac the app and its jobs outlive the last window.
        const ending = platform !== 'darwin' && windows().every((one) => one === window);
        if (!agrees(window, ending)) event.preventDefault();
      });
      // The page holds itself back while changes wait, also before it is loaded anew. Preventing that lets it go.
      window.webContents.on('will-prevent-unload', (event) => {
        const unsaved = told.get(window)?.unsaved ?? null;
        if (agreed.has(window) || (unsaved !== null && ask(window, unsaved))) event.preventDefault();
      });
    },
    // Jobs are the same for all windows, so only the first one asks for them.
    mayQuit: () => windows().every((window, index) => agrees(window, index === 0)),
  };
}
