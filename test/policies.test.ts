import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPolicy } from '../functions/policy/read-policy.ts';
import { validateAsEditor } from './editor-schema.ts';

const examples = readdirSync('policies').filter((name) => name.endsWith('.yaml'));

describe('the example policies', () => {
  it('are there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
  });

  it.each(examples)('%s is valid, for us and for an editor', (name) => {
    const bytes = readFileSync(`policies/${name}`);
    const reading = readPolicy(bytes);
    expect(reading.errors).toEqual([]);
    expect(reading.policy?.targets.length).toBeGreaterThan(0);
    expect(reading.policy?.description).not.toBe('');
    expect([validateAsEditor(parse(bytes.toString())), validateAsEditor.errors]).toEqual([true, null]);
  });

  it.each(examples)('%s tells an editor where the schema is, in its first line', (name) => {
    const [first] = readFileSync(`policies/${name}`, 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=./policy.schema.json');
  });

  it('claim no portal twice: all of them can lie in one bucket', () => {
    const claims = examples.flatMap((name) => readPolicy(readFileSync(`policies/${name}`)).claims);
    expect(claims.filter((portal, at) => claims.indexOf(portal) !== at)).toEqual([]);
  });

  it('warn of nothing but the server-wide schedule, which one of them shows', () => {
    const codes = examples.flatMap((name) => readPolicy(readFileSync(`policies/${name}`)).warnings);
    expect(codes.map(({ code }) => code)).toEqual(['DUMP_IS_SERVER_WIDE']);
  });
});
