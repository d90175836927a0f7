/** What was typed, understood. */
export type Request =
  | { readonly kind: 'run'; readonly command: Command }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

export type Verb = 'validate' | 'plan' | 'apply' | 'audit';

/** A run over policies. */
export type Command = {
  readonly verb: Verb;
  /** Paths or `s3://bucket/key`, as typed. */
  readonly files: readonly string[];
  /** A key file's path, or `aws`. */
  readonly keys: string;
  readonly output: 'human' | 'json' | 'lines' | 'markdown';
  /** The portals to treat; empty: all. */
  readonly portals: readonly string[];
  readonly concurrency: number;
};

/** What may be asked besides a run over policies: nothing is written, and most asks no portal. */
export type Question =
  | { readonly kind: 'status'; readonly place: string; readonly json: boolean }
  | {
      readonly kind: 'why';
      readonly portal: string;
      /** Paths or `s3://bucket/key`, as typed. */
      readonly files: readonly string[];
      /** Where to look for the portal's last outcomes. */
      readonly reports: string | undefined;
      readonly json: boolean;
    }
  | {
      readonly kind: 'adopt';
      /** A key file's path, or `aws`. */
      readonly keys: string;
      /** Empty: all that the key file names. */
      readonly portals: readonly string[];
      readonly concurrency: number;
    };
