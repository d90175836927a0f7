/** What was typed can't be meant. Its message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** The command whose page helps; `undefined`: the first page. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}
