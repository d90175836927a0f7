import { runEntry } from '../cli/run-entry.mjs';

await runEntry('local/demo/run-demo');
