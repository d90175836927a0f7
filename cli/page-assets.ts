import { build } from 'esbuild';

export const PAGE_ASSETS_FILE = 'functions/report/page/assets.ts';

/** The page's script and style as a module: whoever writes pages needs no bundler. */
export async function pageAssets(): Promise<string> {
  const [script, style] = await Promise.all([bundled('main.ts'), bundled('page.css')]);
  return `// Made by \`npm run page\` from functions/report/page/browser/; do not edit.
export const PAGE_SCRIPT = ${JSON.stringify(script)};
export const PAGE_STYLE = ${JSON.stringify(style)};
`;
}

// --- internal ---

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`functions/report/page/browser/${file}`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'ascii',
    legalComments: 'none',
  });
  return (outputFiles[0]?.text ?? '').trim();
}
