import { policyNameOf } from '../model/policy-ref.ts';
import { isTick } from '../model/tick-event.ts';
import { type MessageTrigger, parseMessage } from './parse-message.ts';

/**
 * What an event asks for. An event is only a hint that something changed: which object, and no more; what it holds is
 * read from the bucket.
 */
export type Trigger =
  | { readonly kind: 'tick' }
  | MessageTrigger
  | {
      readonly kind: 'upload';
      /** Names of the policies touched, each once. */
      readonly policies: readonly string[];
      /** Keys that hold no policy, or of a foreign bucket. */
      readonly ignored: readonly string[];
    }
  /** `s3:TestEvent`, or something that we don't know. */
  | { readonly kind: 'nothing'; readonly what: string };

/** Reads every form of event: the Scheduler's, a tick's own messages, EventBridge's, and the bucket's own notification. */
export function parseEvent(event: unknown, bucket: string): Trigger {
  if (isTick(event)) return { kind: 'tick' };
  if (!isRecord(event)) return { kind: 'nothing', what: 'an event that is no object' };
  const message = parseMessage(event);
  if (message) return message;
  if (event.Event === 's3:TestEvent') return { kind: 'nothing', what: 's3:TestEvent' };
  const objects = Array.isArray(event.Records)
    ? event.Records.map(fromNotification)
    : [fromEventBridge(event)];
  const known = objects.filter((object) => object !== undefined);
  if (known.length === 0) return { kind: 'nothing', what: 'an event of a kind that is not known' };

  const policies = new Set<string>();
  const ignored = new Set<string>();
  for (const object of known) {
    const policy = object.bucket === bucket ? policyNameOf(object.key) : undefined;
    if (policy === undefined) ignored.add(object.key);
    else policies.add(policy);
  }
  return { kind: 'upload', policies: [...policies], ignored: [...ignored] };
}

// --- internal ---

type ObjectRef = { readonly bucket: string; readonly key: string };

/** EventBridge has the key as it is. */
function fromEventBridge(event: Record<string, unknown>): ObjectRef | undefined {
  if (event.source !== 'aws.s3') return undefined;
  const bucket = text(event.detail, 'bucket', 'name');
  const key = text(event.detail, 'object', 'key');
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** The notification has it as in a form: percent-encoded, a space as `+`. */
function fromNotification(record: unknown): ObjectRef | undefined {
  const bucket = text(record, 's3', 'bucket', 'name');
  const key = text(record, 's3', 'object', 'key');
  return bucket === undefined || key === undefined ? undefined : { bucket, key: decodeKey(key) };
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key; // not encoded after all
  }
}

function text(value: unknown, ...path: string[]): string | undefined {
  let found = value;
  for (const name of path) found = isRecord(found) ? found[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
