import type { Dice } from './seeded-dice.ts';

/** What a policy wants of a portal. */
export type Wish = {
  copies: number;
  hour: number;
  readonly module?: boolean;
  absent?: boolean;
  mode?: 'detect';
};

/** A policy as somebody writes it. */
export type Written = {
  readonly name: string;
  readonly portals: Map<string, Wish>;
  /** Whether only approved changes may weaken or remove. */
  readonly isGuarded: boolean;
  approve?: string;
  isInvalid: boolean;
};

/** The portals of the fleet, by what is odd about them. Most are not. */
export const ORDINARY = ['eu-1', 'eu-2', 'eu-3', 'eu-4', 'us-1', 'us-2', 'us-3', 'red-1', 'red-2'];

/** Those that policies take from each other. */
export const TRAVELLERS = ['go-1', 'go-2'];

export const ODD = {
  /** Takes every write and keeps none. */
  forgets: 'odd-forgets',
  /** Does not say how many copies it keeps. */
  hides: 'odd-hides',
  /** Somebody, or something, changes it again and again. */
  fights: 'odd-fights',
  /** Far west: a late hour would never run. */
  late: 'odd-late',
  noStorage: 'odd-storage',
  noKey: 'odd-nokey',
  /** Two names of one portal. */
  twin: 'odd-twin',
  other: 'odd-other',
  unpaid: 'odd-unpaid',
  /** Its free backups are used up: the server deletes its schedule. */
  quota: 'odd-quota',
} as const;

export function firstPolicies(dice: Dice): Written[] {
  const wish = (): Wish => ({ copies: 5 + dice.below(10), hour: 3 });
  const policy = (name: string, portals: readonly string[], isGuarded = false): Written => ({
    ...{ name, isGuarded, isInvalid: false },
    portals: new Map(portals.map((portal) => [portal, wish()])),
  });
  const eu = policy(
    'eu',
    ORDINARY.filter((name) => name.startsWith('eu-')),
  );
  const odd = policy('odd', Object.values(ODD));
  odd.portals.set(ODD.late, { copies: 7, hour: 22 });
  odd.portals.set(ODD.noStorage, { copies: 7, hour: 3, module: true });
  eu.portals.set('eu-4', { copies: 7, hour: 3, module: true });
  return [
    eu,
    odd,
    policy(
      'us',
      ORDINARY.filter((name) => name.startsWith('us-')),
      true,
    ),
    policy(
      'red/fleet',
      ORDINARY.filter((name) => name.startsWith('red-')),
    ),
    policy('one', TRAVELLERS),
    policy('two', []),
  ];
}

/** The YAML of a policy. */
export function textOf({ portals, isGuarded, approve, isInvalid }: Written): string {
  const lines = [...portals].map(([name, { copies, hour, module, absent, mode }]) => {
    if (absent) return `  ${name}: { state: absent }`;
    const storage = module
      ? ', storageType: ThirdPartyConsumer, storageParams: { module: s3, bucket: acme-backups }'
      : '';
    return `  ${name}: { backupsStored: ${copies}, cronParams: { period: EveryDay, hour: ${hour} }${storage}${mode ? `, mode: ${mode}` : ''} }`;
  });
  return [
    'version: 1',
    isGuarded ? 'guard: { maxWeaken: 0, maxRemove: 0 }' : 'guard: { maxWeaken: 100%, maxRemove: 100% }',
    ...(approve === undefined ? [] : [`approve: ${approve}`]),
    'defaults: { storageType: DataStore }',
    isInvalid ? 'portals: [' : `portals:${lines.length === 0 ? ' {}' : ''}`,
    ...lines,
    '',
  ].join('\n');
}
