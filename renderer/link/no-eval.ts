// Keeps zod from trying `new Function`, which the content security policy forbids. Must be imported before any schema.
import { config } from 'zod';

config({ jitless: true });
