#!/usr/bin/env node
import { importTypeScript } from './run-typescript.mjs';

await importTypeScript('cli/entry.ts');
