#!/usr/bin/env node
import { runEntry } from './run-entry.mjs';

await runEntry('cli/entry');
