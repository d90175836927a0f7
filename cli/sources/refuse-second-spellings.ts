import { resolve } from 'node:path';
import { printable } from '../../functions/model/printable.ts';
import { fileError, type PolicyReading } from '../../functions/policy/read-policy.ts';

/**
 * `fleet.yml` beside `fleet.yaml` is an error of the former: the two are one policy, and in a bucket the .yml never
 * counts. It claims nothing, so that no portal of its is told as a conflict, too.
 */
export function refuseSecondSpellings<Source extends Read>(policies: readonly Source[]): Source[] {
  const spelt = new Map<string, Source>();
  for (const one of policies) if (one.file.endsWith('.yaml')) spelt.set(placeOf(one), one);
  return policies.map((one) => {
    const twin = one.file.endsWith('.yml') ? spelt.get(placeOf(one)) : undefined;
    if (twin === undefined) return one;
    const message = `this and ${nameOf(twin)} are two spellings of one policy, and in a bucket the .yml never counts: keep one of them`;
    const errors = [fileError(message), ...one.reading.errors];
    return { ...one, reading: { policy: undefined, errors, warnings: one.reading.warnings, claims: [] } };
  });
}

// --- internal ---

/** `file`: a path or `s3://bucket/key`, as typed. */
type Read = { readonly file: string; readonly reading: PolicyReading };

/** The file without its extension. */
function placeOf({ file }: Read): string {
  const path = file.startsWith('s3://') ? file : resolve(file);
  return path.replace(/\.ya?ml$/, '');
}

function nameOf({ file }: Read): string {
  return printable(file.slice(file.lastIndexOf('/') + 1), 100);
}
