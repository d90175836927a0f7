import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeConformance } from '../local/aws/conformance.ts';
import { MINISTACK_DEVIATIONS } from '../local/aws/known-deviations.ts';
import { startMinistack } from './ministack.ts';

/** The suite that our own endpoints pass, on endpoints of others: so that ours don't drift into a fantasy. */
describeConformance({
  name: 'ministack',
  deviations: MINISTACK_DEVIATIONS,
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'policy-sync-conformance-'));
    const forget = () => rmSync(folder, { recursive: true, force: true });
    try {
      const { url, close } = await startMinistack({ folder });
      return { url, close: () => close().then(forget) };
    } catch (error) {
      forget();
      throw error;
    }
  },
});
