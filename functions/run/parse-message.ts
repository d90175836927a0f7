import { policyNameOf } from '../model/policy-ref.ts';
import { PAGE_SOURCE, TICK_EVENT } from '../model/tick-event.ts';

/** What a message of the tick's asks for. */
export type MessageTrigger =
  | {
      readonly kind: 'policy';
      readonly policy: string;
      /** When it was put into the queue; `undefined`: by hand, and now. */
      readonly sent: Date | undefined;
    }
  | {
      readonly kind: 'page';
      /** When the tick began. */
      readonly tick: Date;
    }
  /** One of ours that can't be followed: an error, so that it is kept for a person. */
  | { readonly kind: 'broken'; readonly what: string };

/** A message that can't be followed, now or at another try. */
export class BrokenMessageError extends Error {
  override readonly name = 'BrokenMessageError';
}

/** Reads a message of ours, whatever it holds; `undefined` for what is none. */
export function parseMessage(event: Readonly<Record<string, unknown>>): MessageTrigger | undefined {
  const { source } = event;
  if (source === TICK_EVENT.source) return 'policy' in event ? policyTrigger(event) : undefined;
  if (source === PAGE_SOURCE) {
    const tick = dateOf(event.tick);
    return tick ? { kind: 'page', tick } : broken('a page message without the time of its tick');
  }
  const isOurs = typeof source === 'string' && source.startsWith('policy-sync.');
  return isOurs ? broken('a message of a kind that is not known') : undefined;
}

// --- internal ---

function policyTrigger({ policy, sent }: Readonly<Record<string, unknown>>): MessageTrigger {
  if (typeof policy !== 'string' || policyNameOf(`policies/${policy}.yaml`) !== policy)
    return broken('a message without the name of a policy');
  if (sent === undefined) return { kind: 'policy', policy, sent: undefined };
  const date = dateOf(sent);
  return date ? { kind: 'policy', policy, sent: date } : broken('a message whose time is none');
}

function broken(what: string): MessageTrigger {
  return { kind: 'broken', what };
}

function dateOf(value: unknown): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
