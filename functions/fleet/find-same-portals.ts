import { PortalError } from '../model/portal-error.ts';
import { printable } from '../model/printable.ts';

/** A name of a run, and where its key leads. */
export type NamedPortal = {
  /** The policy's index in the run. */
  readonly policy: number;
  readonly portal: string;
  /** Of a server's schedules the server-wide one: another thing, behind the same origin. */
  readonly dump: boolean;
  /** `undefined` where it has no key to use: then it gets no request either. */
  readonly origin: string | undefined;
};

/**
 * The names that lead to one portal, each with the error that it is told: they would write over each other, in turn, for
 * ever. Which of them is meant can't be known, so none gets a request.
 * @param policies their names, for what is told where names of several meet
 * @returns by index of the names
 */
export function findSamePortals(
  names: Iterable<NamedPortal>,
  policies: readonly string[],
): ReadonlyMap<number, PortalError> {
  const behind = new Map<string, { readonly index: number; readonly name: NamedPortal }[]>();
  let count = 0;
  for (const name of names) {
    const index = count++;
    if (name.origin === undefined) continue;
    const place = `${connectedOrigin(name.origin)} ${name.dump}`;
    const found = behind.get(place);
    if (found) found.push({ index, name });
    else behind.set(place, [{ index, name }]);
  }
  const errors = new Map<number, PortalError>();
  for (const found of behind.values()) {
    if (found.length < 2) continue;
    for (const { index, name } of found) {
      const others = found.filter((one) => one.index !== index).map((one) => one.name);
      errors.set(index, samePortal(name, others, policies));
    }
  }
  return errors;
}

/** An origin as it is connected to: a dot at the end of a host's name says nothing; case and default port are gone. */
export function connectedOrigin(origin: string): string {
  return origin.replace(/\.(?=(?::\d+)?$)/, '');
}

// --- internal ---

const MOST_NAMED = 3;

function samePortal(
  { policy, portal }: NamedPortal,
  others: readonly NamedPortal[],
  policies: readonly string[],
): PortalError {
  const named = others.slice(0, MOST_NAMED).map((other) => {
    const of =
      other.policy === policy ? '' : ` of the policy "${printable(policies[other.policy] ?? '', 100)}"`;
    return `"${printable(other.portal, 70)}"${of}`;
  });
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  const message = `its key leads to the same portal as that of ${named.join(', ')}${more}: keep one of the names, or give "${printable(portal, 70)}" the key of its own portal`;
  return new PortalError('CONFLICT', message);
}
