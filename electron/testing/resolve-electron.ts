// Loaded before a program in tests: whoever imports `electron` gets the stand-in, and the real package is never asked (it would fetch its program).
import { registerHooks } from 'node:module';

const standIn = new URL('./electron.ts', import.meta.url).href;
registerHooks({ resolve: (specifier, context, next) => specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context) });

const { app } = await import('./electron.ts');
app.on('exited', (code: number) => process.exit(code));
