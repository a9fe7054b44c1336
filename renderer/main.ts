// Starts the screens: opens the door this page came through, makes the session, draws.
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import NoDoor from './frame/NoDoor.svelte';
import { openLoopback } from './link/loopback.ts';
import { Session } from './state/session.svelte.ts';

const door = openLoopback();
if (door === null) mount(NoDoor, { target: document.body });
else {
  const session = new Session(door);
  mount(App, { target: document.body, props: { session } });
  await session.start();
}
