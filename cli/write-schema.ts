// Writes policies/policy.schema.json from the fields that policies are read by, formatted as the linter wants it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { policyJsonSchema } from '../functions/policy/policy-schema.ts';

const path = 'policies/policy.schema.json';
writeFileSync(path, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', path], {
  stdio: 'inherit',
});
