// What passes between the screens and the desktop window around them: one channel for requests, one for what is told.
import { z } from 'zod';
import { Push } from './events.ts';
import { ShellRequest } from './shell.ts';

/** A command of the screens as a menu shows it. */
export const MenuItem = z.strictObject({ id: z.string().max(100), title: z.string().max(200), keys: z.string().max(40).nullable() });
export const Menu = z.strictObject({ title: z.string().max(100), items: z.array(MenuItem).max(60) });
export type Menu = z.infer<typeof Menu>;

/** A question in the person's language, with the words of its two buttons. */
const LeavingQuestion = z.strictObject({ message: z.string().max(300), detail: z.string().max(600), leave: z.string().max(100), stay: z.string().max(100) });
export type LeavingQuestion = z.infer<typeof LeavingQuestion>;

/** What a window asks before it is closed: about changes that are not saved, and about work that ends with the app. */
export const Leaving = z.strictObject({ unsaved: LeavingQuestion.nullable(), working: LeavingQuestion.nullable() });
export type Leaving = z.infer<typeof Leaving>;

/** What only a window of the system can do. */
export const WindowRequest = z.discriminatedUnion('type', [
  /** Asks the person for a folder; answers its path, or null. */
  z.strictObject({ type: z.literal('choose-folder'), title: z.string().max(200) }),
  /** Shows the screens' table of commands as the application's menu. */
  z.strictObject({ type: z.literal('menu'), menus: z.array(Menu).max(12) }),
  /** Keeps what is to be asked before this window goes. */
  z.strictObject({ type: z.literal('leaving'), leaving: Leaving }),
]);
export type WindowRequest = z.infer<typeof WindowRequest>;

export const BridgeRequest = z.discriminatedUnion('to', [
  /** A request of api.ts; it is checked by the table of calls. */
  z.strictObject({ to: z.literal('studio'), request: z.unknown() }),
  z.strictObject({ to: z.literal('shell'), request: ShellRequest }),
  z.strictObject({ to: z.literal('window'), request: WindowRequest }),
]);
export type BridgeRequest = z.infer<typeof BridgeRequest>;

/** Answers to shell and window: an error travels as data, since its fields would be lost on the way. */
export const BridgeAnswer = z.union([z.object({ result: z.unknown() }), z.object({ error: z.unknown() })]);

export const BridgePush = z.discriminatedUnion('type', [
  z.object({ type: z.literal('push'), push: Push }),
  /** The person chose a command in the menu. */
  z.object({ type: z.literal('command'), id: z.string() }),
  /** Fovea was started again for a project: open it here. */
  z.object({ type: z.literal('open'), folder: z.string() }),
]);
export type BridgePush = z.infer<typeof BridgePush>;

/** What the preload puts on the page, and nothing else. */
export interface Bridge {
  request(request: BridgeRequest): Promise<unknown>;
  /** @returns how to stop listening */
  onPush(listener: (push: BridgePush) => void): () => void;
  /** Where a dropped File lies; empty when it lies nowhere. */
  pathOf(file: object): string;
}

/** Name of the bridge on the page's window, and of the two channels. */
export const BRIDGE = 'fovea';
export const CHANNELS = { request: 'fovea:request', push: 'fovea:push' } as const;
