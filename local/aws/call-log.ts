export type AwsService = 's3' | 'secretsmanager' | 'sqs' | 'sns';

export type AwsCall = {
  readonly service: AwsService;
  /** The API's own name, such as `PutObject`; `Unknown` where the request is none of those served here. */
  readonly operation: string;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  readonly bucket?: string;
  readonly key?: string;
  /** As asked for: names or ARNs. */
  readonly secretIds?: readonly string[];
  /** The status answered; 0 while there is no answer, and for good after a `hang` or a `reset`. */
  readonly status: number;
};

export type CallFilter = {
  readonly [Field in 'service' | 'operation' | 'bucket' | 'key' | 'status']?: AwsCall[Field];
};

export type CallLog = {
  /** In the order of arrival. */
  readonly all: readonly AwsCall[];
  /** How many calls match every field given. */
  count(filter?: CallFilter): number;
  clear(): void;
  /** Resolves once a call that matches has arrived, at once if one has; it may not be answered yet. */
  arrival(filter?: CallFilter): Promise<AwsCall>;
  /** For the server: notes an arrival, and returns how to note its status. */
  arrive(call: Omit<AwsCall, 'status'>): (status: number) => void;
};

export function createCallLog(): CallLog {
  const all: AwsCall[] = [];
  let waiting: { filter: CallFilter; resolve: (call: AwsCall) => void }[] = [];
  return {
    all,
    count: (filter = {}) => all.filter((call) => matches(call, filter)).length,
    clear: () => {
      all.length = 0;
    },
    arrival: (filter = {}) => {
      const here = all.find((call) => matches(call, filter));
      if (here) return Promise.resolve(here);
      return new Promise((resolve) => {
        waiting.push({ filter, resolve });
      });
    },
    arrive: (arrived) => {
      const call: { -readonly [Field in keyof AwsCall]: AwsCall[Field] } = { ...arrived, status: 0 };
      all.push(call);
      const met = waiting.filter(({ filter }) => matches(call, filter));
      waiting = waiting.filter((wait) => !met.includes(wait));
      for (const { resolve } of met) resolve(call);
      return (status) => {
        call.status = status;
      };
    },
  };
}

// --- internal ---

function matches(call: AwsCall, filter: CallFilter): boolean {
  return Object.entries(filter).every(
    ([field, wanted]) => wanted === undefined || call[field as keyof CallFilter] === wanted,
  );
}
