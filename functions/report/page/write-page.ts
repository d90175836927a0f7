import { createHash } from 'node:crypto';
import { PAGE_SCRIPT, PAGE_STYLE } from './assets.ts';
import { headline } from './needs.ts';
import { DATA_ELEMENT, type PageData } from './page-data.ts';

/**
 * The page of a fleet as one file of HTML that needs nothing else: its script and style stand in it, and its own policy
 * (Content-Security-Policy) lets no other run and no request leave. What came from portals and policies stands in it as
 * JSON alone, and is shown as text alone.
 */
export function writePage(data: PageData): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(PAGE_SCRIPT)}`,
    `style-src ${hashOf(PAGE_STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${headline(data)}</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<noscript><p>This page draws itself with the script that stands in it. Without scripts: today.md beside it says the same in words.</p></noscript>
<script type="application/json" id="${DATA_ELEMENT}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

// --- internal ---

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
