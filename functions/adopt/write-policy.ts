import { Document, Pair, Scalar, YAMLMap } from 'yaml';
import { WEEKDAYS } from '../model/cron-fields.ts';
import type { CronParams } from '../model/schedule.ts';
import type { FactoredFleet, FactoredPortal } from './factor-fleet.ts';
import type { LayerFields } from './layer-fields.ts';

/** Writes a fleet's layers as a policy file, with comments before it and after it: a line each, safe to print. */
export function writePolicy(
  fleet: FactoredFleet,
  comments: { readonly before: readonly string[]; readonly after: readonly string[] },
): string {
  const { defaults, profiles, portals } = fleet;
  const root = block([
    ['version', 1],
    ...(Object.keys(defaults).length > 0 ? [['defaults', layerNode(defaults)] as const] : []),
    ...(profiles.size > 0
      ? [['profiles', block([...profiles].map(([name, fields]) => [name, layerNode(fields)]))] as const]
      : []),
    ['portals', block(portals.map((portal) => [portal.portal, portalNode(portal)]))],
  ]);
  const document = new Document(root);
  document.commentBefore = commentOf(comments.before);
  document.comment = commentOf(comments.after);
  // On one line whatever its length: a text that is folded comes back with other blanks.
  const text = document.toString({ lineWidth: 0, doubleQuotedAsJSON: true, nullStr: '' });
  return text.replace(UNPRINTABLE, escapeCharacter);
}

// --- internal ---

type Entry = readonly [name: string, value: unknown];

function block(entries: readonly Entry[]): YAMLMap {
  const map = new YAMLMap();
  for (const [name, value] of entries) map.items.push(new Pair(new Scalar(name), value));
  return map;
}

function flow(entries: readonly Entry[]): YAMLMap {
  const map = block(entries);
  map.flow = true;
  return map;
}

function portalNode({ profile, fields }: FactoredPortal): YAMLMap | null {
  const map = layerNode(fields);
  if (profile !== undefined) map.items.unshift(new Pair(new Scalar('profile'), new Scalar(profile)));
  return map.items.length > 0 ? map : null;
}

function layerNode({
  storageType,
  storageParams,
  backupsStored,
  cronParams,
  dump,
}: LayerFields): YAMLMap<unknown, unknown> {
  const type = storageType === 'ThridpartyDocuments' ? 'ThirdPartyDocuments' : storageType;
  const params = storageParams && [...storageParams].map(([name, text]) => [name, textNode(text)] as const);
  return block([
    ...(type ? [['storageType', type] as const] : []),
    ...(params ? [['storageParams', flow(params)] as const] : []),
    ...(backupsStored === undefined ? [] : [['backupsStored', backupsStored] as const]),
    ...(cronParams ? [['cronParams', cronNode(cronParams)] as const] : []),
    ...(dump === undefined ? [] : [['dump', dump] as const]),
  ]);
}

function cronNode({ period, hour, day }: CronParams): YAMLMap {
  const when: Entry[] = [
    ['period', period],
    ['hour', hour],
  ];
  if (period === 'EveryWeek') when.push(['day', WEEKDAYS[day - 1]]);
  if (period === 'EveryMonth') when.push(['day', day]);
  return flow(when);
}

/** Plain where that is safe without a thought, else in double quotes, in which everything can be escaped. */
function textNode(text: string): Scalar {
  // A param is read as it is spelt, so a folder's number needs no quotes.
  if (/^[1-9]\d{0,14}$/.test(text)) return new Scalar(Number(text));
  const node = new Scalar(text);
  if (!/^\w[\w./-]*$/.test(text)) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

function commentOf(lines: readonly string[]): string | null {
  return lines.length > 0 ? lines.map((line) => ` ${line}`).join('\n') : null;
}

// A policy may hold no raw control characters, and what reorders or hides text has no place in a file for people.
// They stand in double quotes alone.
const UNPRINTABLE = /[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu;

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
