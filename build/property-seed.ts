// `npm test` draws the same examples of every property each time, so that what fails can be run again; `node --test FILE` by itself draws new ones.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FOVEA_PROPERTY_SEED'] ?? 1) });
