import { AwsError } from './aws-error.ts';

/** A secret's value: text, or bytes. */
export type SecretValue =
  | { readonly text: string; readonly bytes?: undefined }
  | { readonly bytes: Buffer; readonly text?: undefined };

export type SecretVersion = SecretValue & {
  readonly versionId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
};

export type Secret = {
  readonly name: string;
  readonly arn: string;
  /** Grows with every secret made: the order of listings, and what paging tokens hold. */
  readonly serial: number;
  readonly createdAt: number;
  description: string | undefined;
  /** By name, in the order in which they were set. */
  tags: ReadonlyMap<string, string>;
  /** AWSCURRENT first, then AWSPREVIOUS; missing where no value was ever put. Older ones are not kept. */
  versions: readonly SecretVersion[];
  /** When it will be gone, in milliseconds since 1970: until then its value can't be read. */
  deletedAt: number | undefined;
};

/** What Secrets Manager holds. */
export type LocalSecrets = {
  /** Makes a secret, or gives it a new current value. */
  put(name: string, value: string | Uint8Array, versionId?: string): Secret;
  /** Makes a secret, without a value unless one is put. Throws ResourceExistsException. */
  create(name: string, description?: string): Secret;
  /** Sets tags beside those that the secret has, which must be there. */
  tag(id: string, tags: Readonly<Record<string, string>>): void;
  /** Takes a name, an ARN, or an ARN without its random end. */
  find(id: string): Secret | undefined;
  /** Gone at once, without a window for recovery. */
  remove(id: string): void;
  /** In the order they were made. */
  all(): Iterable<Secret>;
  /** The ARN that a secret of this name has, or would get. */
  arnOf(name: string): string;
  /**
   * From now on reading this secret's value (asked for by this id; it need not exist) answers this error: for
   * GetSecretValue as the call's own, in a batch as its entry in `Errors`. Undefined heals it.
   */
  setError(id: string, code: string | undefined, message?: string): void;
  errorOf(id: string): { readonly code: string; readonly message: string } | undefined;
};

export type LocalSecretsOptions = {
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly region: string;
  readonly account: string;
};

export function createLocalSecrets(options: LocalSecretsOptions): LocalSecrets {
  const { now, randomBytes } = options;
  const arnStart = `arn:aws:secretsmanager:${options.region}:${options.account}:secret:`;
  const byName = new Map<string, Secret>();
  const errors = new Map<string, { code: string; message: string }>();
  let serial = 0;

  const find = (id: string): Secret | undefined => {
    if (!id.startsWith(arnStart)) return byName.get(id);
    const rest = id.slice(arnStart.length);
    const whole = byName.get(rest.slice(0, -ARN_SUFFIX_LENGTH));
    return whole?.arn === id ? whole : byName.get(rest);
  };
  const arnOf = (name: string): string =>
    byName.get(name)?.arn ?? `${arnStart}${name}-${arnSuffix(randomBytes(ARN_SUFFIX_LENGTH))}`;
  const create = (name: string, description?: string): Secret => {
    if (byName.has(name)) {
      const message = `The operation failed because the secret ${name} already exists.`;
      throw new AwsError(400, 'ResourceExistsException', message);
    }
    serial += 1;
    const arn = arnOf(name);
    const secret: Secret = {
      name,
      arn,
      serial,
      createdAt: now(),
      description,
      tags: new Map(),
      versions: [],
      deletedAt: undefined,
    };
    byName.set(name, secret);
    return secret;
  };

  return {
    find,
    arnOf,
    create,
    put: (name, value, versionId = uuid(randomBytes(16))) => {
      const secret = find(name) ?? create(name);
      const held: SecretValue = typeof value === 'string' ? { text: value } : { bytes: Buffer.from(value) };
      const current: SecretVersion = { ...held, versionId, createdAt: now() };
      secret.versions = [current, ...secret.versions.slice(0, 1)];
      return secret;
    },
    tag: (id, tags) => {
      const secret = find(id);
      if (!secret) throw new AwsError(400, 'ResourceNotFoundException', `There is no secret ${id} to tag.`);
      secret.tags = new Map([...secret.tags, ...Object.entries(tags)]);
    },
    remove: (id) => {
      const secret = find(id);
      if (secret) byName.delete(secret.name);
    },
    all: () => byName.values(),
    setError: (id, code, message = 'Set by the test.') => {
      const known = find(id)?.name ?? id;
      if (code === undefined) errors.delete(known);
      else errors.set(known, { code, message });
    },
    errorOf: (id) => errors.get(find(id)?.name ?? id),
  };
}

// --- internal ---

/** A hyphen and six characters of A-Z, a-z, 0-9: a name made again gets another ARN. */
const ARN_SUFFIX_LENGTH = 7;
const ARN_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function arnSuffix(bytes: Buffer): string {
  return [...bytes.subarray(1)].map((byte) => ARN_CHARACTERS[byte % ARN_CHARACTERS.length]).join('');
}

function uuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}
