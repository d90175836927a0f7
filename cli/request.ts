import type { Concurrency } from '../functions/model/ports/places.ts';

/** What was typed, understood. */
export type Request =
  | { readonly kind: 'run'; readonly command: Command }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'playground' }
  | { readonly kind: 'help'; readonly topic: CommandName | undefined }
  | { readonly kind: 'version' };

/** The first word of a command line. */
export type CommandName = Verb | Question['kind'] | 'playground';

export type Verb = 'validate' | 'plan' | 'apply' | 'audit';

/** A run over policies. */
export type Command = {
  readonly verb: Verb;
  /** Paths or `s3://bucket/key`, as typed. */
  readonly files: readonly string[];
  /** A key file's path, or `aws`. */
  readonly keys: string;
  readonly output: 'human' | 'json' | 'lines' | 'markdown';
  /** The portals to treat, names or patterns; empty: all. */
  readonly portals: readonly string[];
  readonly concurrency: Concurrency;
  /** For people: a block for each portal, instead of one for portals that are alike. */
  readonly verbose: boolean;
  /** Nobody is asked before something is removed or weakened. */
  readonly yes: boolean;
  /** A file to which the whole account is added as Markdown, besides what is told on stdout. */
  readonly summary: string | undefined;
};

/** What may be asked besides a run over policies: no portal is written to, and most asks none. */
export type Question =
  | {
      readonly kind: 'status';
      readonly place: string;
      readonly output: 'human' | 'json' | 'markdown';
      readonly verbose: boolean;
    }
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
      readonly kind: 'report';
      readonly place: string;
      /** Where the page goes. */
      readonly file: string;
      /** The same in words on stdout, and no page. */
      readonly markdown: boolean;
    }
  | {
      readonly kind: 'settings';
      /** What a stack gives as `Settings`. */
      readonly file: string;
      /** Stands before each prefix of secrets; none: the function's own keys. */
      readonly under: string | undefined;
    }
  | {
      readonly kind: 'adopt';
      /** A key file's path, or `aws`. */
      readonly keys: string;
      /** Names, or patterns of the key file's names; empty: all that it names. */
      readonly portals: readonly string[];
      readonly concurrency: Concurrency;
    }
  | {
      readonly kind: 'keys';
      readonly act: 'pack';
      /** A key file's path. */
      readonly keys: string;
      /** Where the groups' files go. */
      readonly folder: string;
    }
  | {
      readonly kind: 'keys';
      readonly act: 'check';
      /** A key file's path, or `aws`. */
      readonly keys: string;
      /** Policies that say which keys are used; paths or `s3://bucket/key`, as typed. */
      readonly files: readonly string[];
      readonly concurrency: Concurrency;
      readonly json: boolean;
    };
