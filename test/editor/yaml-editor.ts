import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../infra/project-root.ts';

/** What an editor shows of a policy, asked of the language server that most of them run, as they ask it: over pipes. */
export type YamlEditor = {
  /** @param marked a policy with `‸` where the cursor stands */
  complete(marked: string): Promise<readonly Proposal[]>;
  /** What is shown of the word at the cursor, as Markdown. */
  hover(marked: string): Promise<string>;
  /** What is underlined, each with its line, from 1. */
  check(text: string): Promise<readonly string[]>;
  close(): void;
};

export type Proposal = {
  readonly label: string;
  /** What is inserted. */
  readonly text: string;
  readonly docs: string;
};

export async function openYamlEditor(): Promise<YamlEditor> {
  const server = startServer();
  await server.ask('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
        hover: { contentFormat: ['markdown'] },
        publishDiagnostics: {},
      },
      workspace: { configuration: true },
    },
  });
  server.tell('initialized', {});
  const folder = join(projectRoot(), 'policies');
  let opened = 0;

  function open(marked: string) {
    const [before = '', after = ''] = marked.split('‸');
    opened += 1;
    // The schema is found as users' files find it: by the first line, beside the file.
    const uri = pathToFileURL(join(folder, `typed-${opened}.yaml`)).href;
    const text = `# yaml-language-server: $schema=./policy.schema.json\n${before}${after}`;
    server.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    const lines = before.split('\n');
    return { textDocument: { uri }, position: { line: lines.length, character: lines.at(-1)?.length ?? 0 } };
  }

  return {
    complete: async (marked) => {
      const { items } = (await server.ask('textDocument/completion', open(marked))) as { items: Item[] };
      return items.map(({ label, insertText, textEdit, documentation }) => ({
        label,
        text: textEdit?.newText ?? insertText ?? label,
        docs: typeof documentation === 'string' ? documentation : (documentation?.value ?? ''),
      }));
    },
    hover: async (marked) => {
      const found = (await server.ask('textDocument/hover', open(marked))) as { contents: Markup } | null;
      return found?.contents.value ?? '';
    },
    check: async (text) => {
      const { textDocument } = open(text);
      const diagnostics = await server.diagnosticsOf(textDocument.uri);
      return diagnostics.map(({ range, message }) => `${range.start.line}: ${message}`);
    },
    close: server.end,
  };
}

// --- internal ---

type Markup = { readonly value: string };
type Item = {
  readonly label: string;
  readonly insertText?: string;
  readonly textEdit?: { readonly newText: string };
  readonly documentation?: string | Markup;
};
type Diagnostic = { readonly message: string; readonly range: { readonly start: { readonly line: number } } };
type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

const SETTINGS: Readonly<Record<string, unknown>> = {
  // No list of schemas from the network.
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } },
};

function startServer() {
  const bin = join(projectRoot(), 'node_modules/yaml-language-server/bin/yaml-language-server');
  const child = spawn(process.execPath, [bin, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = new Map<number, (message: Message) => void>();
  const found = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
  let asked = 0;
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  child.once('exit', () => {
    for (const answer of answers.values()) answer({ error: { message: 'the language server ended' } });
  });
  readMessages(child, (message) => {
    const { id, method, params } = message;
    if (method === undefined) {
      answers.get(id ?? -1)?.(message);
      answers.delete(id ?? -1);
      return;
    }
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: Diagnostic[] };
      found.get(uri)?.(diagnostics);
    }
    if (id !== undefined)
      send({ id, result: method === 'workspace/configuration' ? settingsFor(params) : null });
  });
  return {
    tell: (method: string, params: unknown) => send({ method, params }),
    ask: (method: string, params: unknown) =>
      new Promise<unknown>((resolve, reject) => {
        const id = ++asked;
        answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
        send({ id, method, params });
      }),
    diagnosticsOf: (uri: string) =>
      new Promise<readonly Diagnostic[]>((resolve) => {
        found.set(uri, resolve);
      }),
    end: () => {
      child.kill();
    },
  };
}

function settingsFor(params: unknown): unknown[] {
  const { items } = params as { items: { section?: string }[] };
  return items.map(({ section }) => SETTINGS[section ?? ''] ?? null);
}

function readMessages({ stdout }: ChildProcess, take: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  stdout?.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(rest.toString('latin1', 0, Math.max(end, 0)))?.[1]);
      if (end < 0 || rest.length < end + 4 + length) return;
      const body = rest.toString('utf8', end + 4, end + 4 + length);
      rest = rest.subarray(end + 4 + length);
      take(JSON.parse(body));
    }
  });
}
