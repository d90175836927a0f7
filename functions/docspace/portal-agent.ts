import { X509Certificate } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { Agent } from 'node:http';
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
 * The keep-alive agent of one portal, with one socket. It leaves out what an agent for many hosts has to do: telling
 * them apart, keeping TLS sessions for a next time (there is none), looking after sockets that wait for hours.
 */
export class PortalAgent extends Agent {
  readonly #target: SocketTarget;
  #hasSocket = false;

  constructor(target: SocketTarget) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#target = target;
  }

  get hasSocket(): boolean {
    return this.#hasSocket;
  }

  override createConnection(): Socket {
    const { secure, host, port, addresses, onClosed } = this.#target;
    const way = wayTo(host, addresses());
    const socket = secure ? connectSecurely(this.#target, way) : connect({ ...way, port, noDelay: true });
    this.#hasSocket = true;
    socket.once('close', () => {
      this.#hasSocket = false;
      onClosed();
    });
    return socket;
  }

  override getName(): string {
    return 'portal';
  }

  override keepSocketAlive(): boolean {
    return true;
  }
}

// --- internal ---

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
