/** A message for people. Every text in it is one line that is safe to print: what came from portals is data. */
export type ToldMessage = {
  /** ASCII, at most 100 characters. */
  readonly subject: string;
  /** What it comes to, in numbers. */
  readonly headline: string;
  readonly lines: readonly string[];
  /** Where the whole of it can be looked at. */
  readonly page: string;
};

/** A message, or a sign of life, did not arrive, or nobody knows. Its own message is safe to print, and names no address. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** The message as plain text. */
export function messageText({ headline, lines, page }: ToldMessage): string {
  return [headline, '', ...lines, '', page].join('\n');
}
