// Starts the screens: opens the door this page came through, makes the session, draws.
import './link/no-eval.ts';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import NoDoor from './frame/NoDoor.svelte';
import { openBridge } from './link/bridge.ts';
import { joinDesktop } from './link/desktop.svelte.ts';
import { openLoopback } from './link/loopback.ts';
import { Session } from './state/session.svelte.ts';

const desktop = openBridge();
const door = desktop ?? await openLoopback();
if (door === null) mount(NoDoor, { target: document.body });
else {
  const session = new Session(door);
  mount(App, { target: document.body, props: { session } });
  await session.start();
  if (desktop) joinDesktop(desktop, session);
}
