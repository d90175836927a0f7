import { X509Certificate } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls';

/** Where a portal's one socket goes. */
export type SocketTarget = {
  readonly secure: boolean;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Found for the name, one at least. */
  readonly addresses: () => readonly LookupAddress[];
  /** The socket is closed, whoever closed it. */
  readonly onClosed: () => void;
  /** Made once and shared: reading the system's certificates for each portal would cost more than the portal. */
  readonly secureContext: SecureContext;
};

/**
 * The one socket of a portal, kept from request to request, without an agent of Node's: that is made to tell many hosts
 * apart, to queue requests, and to look after sockets that wait for hours.
 */
export class PortalSocket {
  readonly #target: SocketTarget;
  #socket: Socket | undefined;

  constructor(target: SocketTarget) {
    this.#target = target;
  }

  get isThere(): boolean {
    return this.#socket !== undefined;
  }

  /** One that was destroyed may still be there for a moment. */
  get isOpen(): boolean {
    return this.#socket?.destroyed === false;
  }

  /** For a request, and no other until that has ended: the socket there is, or a new one where it is of no use. */
  take(): Socket {
    const known = this.#socket;
    if (known?.readable && known.writable) return known;
    known?.destroy();
    const { secure, host, port, addresses } = this.#target;
    const way = wayTo(host, addresses());
    const socket = secure ? connectSecurely(this.#target, way) : connect({ ...way, port, noDelay: true });
    // Between two requests nobody else listens; during one, the request does.
    socket.on('error', ignore);
    socket.once('close', () => {
      this.#forget(socket);
      setImmediate(letGo, socket);
    });
    this.#socket = socket;
    return socket;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #forget(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#target.onClosed();
  }
}

// --- internal ---

function ignore(): void {}

/**
 * Lets go of what hangs on a socket that is closed. V8 takes a socket's native half for alive until it collects the old
 * generation: with the listeners of its requests, and the last of these, half of what a portal made would wait there.
 */
function letGo(socket: Socket & { _httpMessage?: unknown }): void {
  socket.removeAllListeners();
  socket.on('error', ignore);
  // As Node's own agent does with a socket that is free.
  socket._httpMessage = null;
}

const HTTP_1 = Buffer.from('\x08http/1.1');

type WayTo = { readonly host: string; readonly lookup?: LookupFunction };

/** One address needs no look-up; of several, Node takes the first that answers. */
function wayTo(host: string, addresses: readonly LookupAddress[]): WayTo {
  const [first] = addresses;
  if (first && addresses.length === 1) return { host: first.address };
  return { host, lookup: (_, _options, callback) => callback(null, [...addresses]) };
}

function connectSecurely({ host, port, secureContext }: SocketTarget, way: WayTo): Socket {
  const name = host.replace(/\.$/, '');
  const socket = connectTls({
    ...way,
    port,
    secureContext,
    // Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED): a key goes to no host that can't prove who it is.
    rejectUnauthorized: true,
    ALPNProtocols: HTTP_1,
    ...(isIP(host) === 0 && { servername: name }),
    checkServerIdentity: (_, certificate) => identityError(name, certificate),
  });
  socket.setNoDelay(true);
  // To check the host's name, Node asks for the whole chain, every field of every certificate: a fifth of a run's time in
  // JavaScript. OpenSSL checks the name without that; given anything but its certificate, Node's own check does it.
  socket.getPeerCertificate = () => (socket.getPeerX509Certificate() ?? {}) as never;
  return socket;
}

/** Whether a certificate that is valid is this host's, too. */
function identityError(name: string, certificate: PeerCertificate | X509Certificate): Error | undefined {
  if (!(certificate instanceof X509Certificate)) return checkServerIdentity(name, certificate);
  const isTheirs = isIP(name)
    ? certificate.checkIP(name)
    : certificate.checkHost(name, { partialWildcards: false });
  if (isTheirs !== undefined) return undefined;
  return Object.assign(new Error('the certificate is for other hosts'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}
