import { nearName } from '../../model/near-name.ts';
import { judgeParamValue } from '../../model/param-values.ts';
import { looksLikeCredential } from '../../model/params.ts';
import { strayPlaceholder } from '../../model/placeholder.ts';
import type { StorageType } from '../../model/schedule.ts';
import { knownParams, requiredParams } from '../../model/storage-modules.ts';
import type { Merged } from './merge-portal.ts';
import type { Finding } from './problem.ts';
import type { Text, Texts } from './read-texts.ts';
import { quoteName } from './secret-words.ts';

/** What a layer's or a portal's params are for, as far as it can be told. */
export type ParamsInUse = {
  readonly texts: Texts;
  readonly type: StorageType | undefined;
  /** As written. */
  readonly module: string | undefined;
  /** `undefined`: nobody can say what the storage takes. */
  readonly known: readonly string[] | undefined;
};

export function paramsInUse({ storageType, storageParams }: Merged): ParamsInUse | undefined {
  const texts = storageParams?.value;
  if (texts === undefined) return undefined;
  const module = texts.get('module')?.value;
  // A module is told of one type alone; that a layer doesn't say the type again is no reason to believe all.
  const type = storageType ? storageType.value : texts.has('module') ? 'ThirdPartyConsumer' : undefined;
  return { texts, type, module, known: type && knownParams(type, module) };
}

/** Params that are nearly known ones: the server would pass over them in silence. */
export function paramsAreNoSlips(merged: Merged): readonly Finding[] {
  const params = paramsInUse(merged);
  if (!params) return [];
  return unknownParams(params)
    .filter(({ near }) => near !== undefined)
    .map(({ name, near, text }) => ({
      offset: text.keyOffset,
      kind: 'typo',
      ...(!isOldNeed(near ?? '', params) && { isNew: true as const }),
      message: `unknown storage param ${quoteName(name)}: did you mean "${near}"?`,
    }));
}

/** Values that are what they claim to be. */
export function paramsHoldGoodValues(merged: Merged): readonly Finding[] {
  const params = paramsInUse(merged);
  if (!params) return [];
  const { texts, type, known } = params;
  const beside = (name: string) => texts.get(name)?.value;
  const findings: Finding[] = [];
  for (const [name, { value, offset }] of texts) {
    if (
      value === undefined ||
      (isToldElsewhere(name) && !(name === 'folderId' && type === 'ThridpartyDocuments'))
    )
      continue;
    const isKnown = name === 'module' || known?.includes(name);
    const problem = isKnown ? judgeParamValue(name, value, beside) : strayPlaceholder(value);
    if (problem !== undefined)
      findings.push({ offset, kind: 'text', isNew: true, message: `${quoteName(name)} ${problem}` });
  }
  return findings;
}

/** The params that a storage does not take, and the known one that each is near to. */
export function unknownParams(
  params: ParamsInUse,
): readonly { readonly name: string; readonly text: Text; readonly near: string | undefined }[] {
  const { texts, type, known } = params;
  if (known === undefined) return [];
  const others = [...texts].filter(([name]) => !known.includes(name) && !isToldElsewhere(name));
  return others
    .map(([name, text]) => {
      const near = nearName(name, known);
      // Where the param that is meant is missing, that is told, and this one with it.
      const isTold = type !== 'ThirdPartyConsumer' && near !== undefined && !texts.has(near);
      return { name, text, near: isTold ? undefined : near, isTold };
    })
    .filter(({ isTold }) => !isTold);
}

// --- internal ---

/** The server's own, folders' numbers, credentials and names that are none have words of their own. */
function isToldElsewhere(name: string): boolean {
  return name === '' || name === 'folderId' || name.toLowerCase() === 'tenantid' || looksLikeCredential(name);
}

/** Whether the release before would have told that it is missing. */
function isOldNeed(near: string, { texts, type, module }: ParamsInUse): boolean {
  if (texts.has(near) || type === undefined) return false;
  return module === 'S3' && requiredParams(type, module).includes(near);
}
