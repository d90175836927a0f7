import { importTypeScript } from '../cli/run-typescript.mjs';

await importTypeScript('local/demo/run-demo.ts');
