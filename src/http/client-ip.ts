/**
 * The address a request came from. Forwarded headers count only when the peer is on the trusted list
 * (MESHER_TRUST_PROXY), and then the right-most address that is not itself trusted.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export type ClientIp = (req: IncomingMessage) => string;

/** `cidrs`: comma separated addresses or CIDRs. Throws a plain Error that names the bad one. */
export function createClientIp(cidrs: string): ClientIp {
  const trusted = new BlockList();
  for (const entry of cidrs
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    addTrusted(trusted, entry);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (req) => {
    const peer = plain(req.socket.remoteAddress ?? '');
    if (isIP(peer) === 0 || !isTrusted(peer)) return peer;
    const header = req.headers['x-forwarded-for'];
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? ''))
      .split(',')
      .map((hop) => plain(hop.trim()));
    for (let i = hops.length - 1; i >= 0; i--) {
      const hop = hops[i] ?? '';
      if (isIP(hop) === 0) return peer;
      if (!isTrusted(hop)) return hop;
    }
    return peer;
  };
}

function addTrusted(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIP(address);
  const bits = prefix === undefined ? undefined : Number(prefix);
  const most = family === 6 ? 128 : 32;
  if (family === 0 || (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= most))) {
    throw new Error(`MESHER_TRUST_PROXY: '${entry}' is not an address or CIDR`);
  }
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, type);
  else list.addSubnet(address, bits, type);
}

/** `::ffff:10.0.0.1` is the same host as `10.0.0.1`. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
