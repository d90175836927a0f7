import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The TCP connections of a fleet. */
export type SocketBook = {
  readonly watch: (server: Server) => void;
  /** The connection's number, from 1, below HTTP and TLS. */
  readonly numberOf: (socket: Socket) => number;
  /** Ends the connection with a RST; TLS notwithstanding. */
  readonly reset: (socket: Socket) => void;
  readonly destroyAll: () => void;
  readonly opened: number;
  readonly open: number;
  readonly maxOpen: number;
};

export function createSocketBook(): SocketBook {
  // A TLS socket is another object than the TCP socket below it: its ports tell which one.
  const sockets = new Map<string, { socket: Socket; number: number }>();
  let opened = 0;
  let maxOpen = 0;
  const watch = (server: Server) => {
    server.on('connection', (socket: Socket) => {
      opened += 1;
      const ports = portsOf(socket);
      sockets.set(ports, { socket, number: opened });
      maxOpen = Math.max(maxOpen, sockets.size);
      socket.on('error', () => {}); // a client that went away is none of our business
      socket.on('close', () => sockets.delete(ports));
    });
  };
  return {
    watch,
    numberOf: (socket) => sockets.get(portsOf(socket))?.number ?? 0,
    reset: (socket) => {
      (sockets.get(portsOf(socket))?.socket ?? socket).resetAndDestroy();
      socket.destroy();
    },
    destroyAll: () => {
      for (const { socket } of sockets.values()) socket.destroy();
    },
    get opened() {
      return opened;
    },
    get open() {
      return sockets.size;
    },
    get maxOpen() {
      return maxOpen;
    },
  };
}

// --- internal ---

function portsOf({ localPort, remotePort }: Socket): string {
  return `${localPort}:${remotePort}`;
}
