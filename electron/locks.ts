// What no page in Fovea's windows may do: leave, open windows, ask for devices, hold a webview. Set for every page that is ever made.
import type { App, Session, WebContents } from 'electron';
import { ORIGIN, isOwn } from './addresses.ts';

/** Pages of other people are never shown, so permissions are those of our own page alone. */
const allowed: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

type Refuse = (what: string) => void;

/** Every page, whoever makes it. */
export function lockPages(app: Pick<App, 'on'>, refuse: Refuse): void {
  app.on('web-contents-created', (_event, contents) => lockPage(contents, refuse));
}

export function lockPage(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>, refuse: Refuse): void {
  const stay = (event: { readonly url: string; preventDefault(): void }) => {
    if (isOwn(event.url)) return;
    event.preventDefault();
    refuse(`going to ${event.url.slice(0, 200)}`);
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    refuse('a webview');
  });
  contents.setWindowOpenHandler(({ url }) => {
    refuse(`a window for ${url.slice(0, 200)}`);
    return { action: 'deny' };
  });
}

type Guarded = Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'> & { readonly webRequest: Pick<Session['webRequest'], 'onBeforeRequest'> };

/** Permissions, devices, and the network: a page that asks for anything but itself gets nothing. */
export function lockSession(session: Guarded, refuse: Refuse): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => answer(allowed.has(permission) && isOwn(requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed.has(permission) && isOwn(origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const own = isOwn(details.url) || details.url.startsWith(`blob:${ORIGIN}`) || details.url.startsWith('devtools://');
    if (!own) refuse(`loading ${details.url.slice(0, 200)}`);
    answer({ cancel: !own });
  });
}
