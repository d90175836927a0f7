import { vi } from 'vitest';

/** A process has to start, and on a busy machine that takes a while. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
