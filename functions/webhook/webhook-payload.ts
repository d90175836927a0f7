import type { ToldMessage } from '../model/told-message.ts';
import type { WebhookFormat } from './webhook-secret.ts';

/** A message as the body of a webhook's call. Nothing in it is read as formatting, as a link or as a mention. */
export function webhookPayload(message: ToldMessage, format: WebhookFormat): object {
  return format === 'teams' ? teamsPayload(message) : slackPayload(message);
}

// --- internal ---

/**
 * Slack cuts a text of more than 40,000 characters, and Mattermost posts none of more than 16,383; three thousand are
 * what somebody reads in a chat. Bytes.
 */
const MOST_SLACK = 3_000;

/** Teams takes no call of more than 28 KB, and each line is a block of its own there. Bytes of all blocks. */
const MOST_TEAMS = 20_000;

/**
 * Slack reads `<...>`, and Mattermost `@all`, also where no formatting is asked for; both leave a block of code alone,
 * which ends with three backticks. One member, as all who take Slack's form know it.
 */
function slackPayload({ headline, lines, page }: ToldMessage): object {
  const shown = shortened(lines.map(inert), MOST_SLACK, (line) => Buffer.byteLength(line) + 1);
  const block = shown.length > 0 ? `\n\`\`\`\n${shown.join('\n')}\n\`\`\`` : '';
  return { text: `${inert(headline)}${block}\n${inert(page)}` };
}

/** A text run is shown as it stands; in a text block Markdown is read. */
function teamsPayload({ headline, lines, page }: ToldMessage): object {
  const block = (text: string, look: object = {}) => ({
    type: 'RichTextBlock',
    ...(text.startsWith(' ') && { spacing: 'None' }),
    // Blanks at the start would be lost.
    inlines: [
      {
        type: 'TextRun',
        text: text.replace(/^ +/, (blanks) => '\u00a0'.repeat(2 * blanks.length)),
        ...look,
      },
    ],
  });
  const cost = (line: string) => Buffer.byteLength(JSON.stringify(block(line)));
  const shown = shortened(
    lines.filter((line) => line !== ''),
    MOST_TEAMS,
    cost,
  );
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(headline, { weight: 'Bolder', size: 'Medium' }),
      ...shown.map((line) => block(line)),
      block(page),
    ],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

function inert(text: string): string {
  return text
    .replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? '')
    .replaceAll('`', '´')
    .replaceAll('@', '＠');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Without the last ones, where there is no room for all. */
function shortened(
  lines: readonly string[],
  most: number,
  cost: (line: string) => number,
): readonly string[] {
  let bytes = 0;
  const fit = lines.findIndex((line) => {
    bytes += cost(line);
    return bytes > most;
  });
  return fit < 0 ? lines : [...lines.slice(0, fit), `... and ${lines.length - fit} more lines: see the page`];
}
