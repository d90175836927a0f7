import { AddressLimit } from './address-limit.ts';

/** The right to have one connection to an address. */
export type Turn = {
  /** The connection's first answer has come, so many milliseconds after its beginning. */
  answered(ms: number, isRefusal: boolean): void;
  /** The connection is gone, or will never be. */
  end(): void;
};

/** A turn that has come, or one that will. `cancel` gives up waiting. */
export type Claim = Turn | { readonly coming: Promise<Turn>; readonly cancel: () => void };

export type AddressTurns = {
  /** @param isReturning whether it is for a portal that has started: such come first */
  take(address: string, isReturning: boolean): Claim;
};

/** Lets no address have more connections than it may. Of an address without any nothing is kept. */
export function openAddressTurns(perAddress: number): AddressTurns {
  const servers = new Map<string, Server>();

  function letIn(address: string, server: Server): void {
    while (server.open < server.limit.now) {
      const next = server.returning.shift() ?? server.newcomers.shift();
      if (!next) break;
      next(begin(address, server));
    }
    if (server.open === 0 && server.returning.length + server.newcomers.length === 0) servers.delete(address);
  }

  function begin(address: string, server: Server): Turn {
    server.open++;
    let isOver = false;
    return {
      answered: (ms, isRefusal) => {
        server.limit.answered(ms, isRefusal, server.open);
        letIn(address, server);
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        server.open--;
        letIn(address, server);
      },
    };
  }

  return {
    take: (address, isReturning) => {
      const server = servers.get(address) ?? {
        limit: new AddressLimit(perAddress),
        open: 0,
        newcomers: [],
        returning: [],
      };
      servers.set(address, server);
      if (server.open < server.limit.now) return begin(address, server);
      const queue = isReturning ? server.returning : server.newcomers;
      let enter: (turn: Turn) => void = () => {};
      const coming = new Promise<Turn>((resolve) => {
        enter = resolve;
        queue.push(resolve);
      });
      const cancel = () => {
        const at = queue.indexOf(enter);
        if (at >= 0) queue.splice(at, 1);
      };
      return { coming, cancel };
    },
  };
}

// --- internal ---

type Server = {
  readonly limit: AddressLimit;
  open: number;
  readonly newcomers: ((turn: Turn) => void)[];
  readonly returning: ((turn: Turn) => void)[];
};
