import { AwsError } from './aws-error.ts';

/** A call's JSON body, read field by field: each reader throws what AWS answers to a field that does not fit. */
export type SecretsInput = {
  /** Undefined where it is missing. */
  text(field: string): string | undefined;
  requiredText(field: string): string;
  flag(field: string): boolean;
  wholeNumber(field: string, min: number, max: number): number | undefined;
  /** An empty list counts as missing: AWS takes no list without a member. */
  texts(field: string, max: number): readonly string[] | undefined;
  filters(): readonly SecretFilter[] | undefined;
  /** Names and values; none where the field is missing. */
  tags(): Readonly<Record<string, string>>;
  /** The serial after which a page goes on. */
  pageStart(): number;
};

export type SecretFilter = { readonly key: string; readonly values: readonly string[] };

export function readSecretsInput(body: Buffer): SecretsInput {
  const fields = parseObject(body);
  const text = (field: string): string | undefined => {
    const value = fields[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw invalid(`${field} is no text.`);
    return value;
  };
  return {
    text,
    requiredText: (field) => {
      const value = text(field);
      if (value) return value;
      throw invalid(
        `1 validation error detected: Value at '${field}' failed to satisfy constraint: not null`,
      );
    },
    flag: (field) => fields[field] === true,
    wholeNumber: (field, min, max) => {
      const value = fields[field];
      if (value === undefined || value === null) return undefined;
      if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
      throw invalid(`1 validation error detected: Value at '${field}' must be between ${min} and ${max}`);
    },
    texts: (field, max) => {
      const value = fields[field];
      if (value === undefined || value === null) return undefined;
      const list = listOfTexts(value, field);
      if (list.length > max) {
        const constraint = `Member must have length less than or equal to ${max}`;
        throw invalid(
          `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
        );
      }
      return list.length === 0 ? undefined : list;
    },
    filters: () => {
      const value = fields.Filters;
      if (!Array.isArray(value) || value.length === 0) return undefined;
      return value.map(readFilter);
    },
    tags: () => {
      const value = fields.Tags ?? [];
      if (!Array.isArray(value)) throw invalid('Tags is no list.');
      return Object.fromEntries(value.map(readTag));
    },
    pageStart: () => {
      const token = text('NextToken');
      if (token === undefined) return 0;
      const serial = Number(Buffer.from(token, 'base64').toString('latin1'));
      if (Number.isInteger(serial) && serial > 0) return serial;
      throw new AwsError(400, 'InvalidNextTokenException', 'The NextToken value is invalid.');
    },
  };
}

export function pageToken(serial: number): string {
  return Buffer.from(`${serial}`, 'latin1').toString('base64');
}

export function invalidParameter(message: string): AwsError {
  return new AwsError(400, 'InvalidParameterException', message);
}

// --- internal ---

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // No JSON: told below.
  }
  throw new AwsError(400, 'SerializationException', 'The request body is no JSON object.');
}

function readFilter(filter: unknown): SecretFilter {
  const { Key, Values } = filter as { Key?: unknown; Values?: unknown };
  // The others exist in AWS. To ignore one would be to answer with secrets nobody asked for.
  if (Key !== 'name')
    throw invalidParameter(`The filter ${String(Key)} is not implemented by this local endpoint.`);
  return { key: Key, values: listOfTexts(Values, 'Values') };
}

function readTag(tag: unknown): readonly [string, string] {
  const { Key, Value = '' } = (tag ?? {}) as { Key?: unknown; Value?: unknown };
  if (typeof Key === 'string' && Key !== '' && typeof Value === 'string') return [Key, Value];
  throw invalid('A tag has a Key and a Value, both texts.');
}

function listOfTexts(value: unknown, field: string): readonly string[] {
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value;
  throw invalid(`${field} is no list of texts.`);
}

function invalid(message: string): AwsError {
  return new AwsError(400, 'ValidationException', message);
}
