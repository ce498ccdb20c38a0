// Reads of one system resource over HTTPS, from so many clients at once, for so long: how many a second, and how long the slowest
// hundredth takes.

import { performance } from 'node:perf_hooks';
import { createSecureContext } from 'node:tls';
import { Agent } from 'undici';

export interface Reads {
  readonly url: string;
  /** Absent: none is asked for. */
  readonly credentials?: { readonly user: string; readonly password: string };
  readonly clients: number;
  readonly seconds: number;
  /** `kept`: a client keeps its connection. `new`: a connection, and a handshake, for every read, as sushy does it. */
  readonly connections: 'kept' | 'new';
}

export interface Measured {
  readonly reads: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor time that the client spent on a read. */
  readonly clientMs: number;
  readonly failed: number;
}

/**
 * One for all connections: to make one takes as long as a handshake. The key exchange is that of Debian's clients; Node's own would be a
 * costlier one with servers that have it, which sushy-tools' is not.
 */
const SECURE_CONTEXT = createSecureContext({ ecdhCurve: 'X25519:P-256' });

export async function measured({ url, credentials, clients, seconds, connections }: Reads): Promise<Measured> {
  const { origin, pathname } = new URL(url);
  const basic = credentials === undefined ? '' : `${credentials.user}:${credentials.password}`;
  const authorization = `Basic ${Buffer.from(basic).toString('base64')}`;
  const headers = { accept: 'application/json', ...(credentials === undefined ? {} : { authorization }) };
  const dispatcher = new Agent({
    connect: { rejectUnauthorized: false, maxCachedSessions: 0, secureContext: SECURE_CONTEXT },
    connections: clients,
    pipelining: connections === 'kept' ? 1 : 0,
  });
  const tookMs: number[] = [];
  let failed = 0;
  const endMs = performance.now() + seconds * 1000;
  const client = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const startMs = performance.now();
      const { statusCode, body } = await dispatcher.request({ origin, path: pathname, method: 'GET', headers });
      const text = await body.text();
      tookMs.push(performance.now() - startMs);
      if (statusCode !== 200 || !text.includes('PowerState')) failed++;
    }
  };
  const spentBefore = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const passedSeconds = (performance.now() - startMs) / 1000;
  await dispatcher.close();
  const { user, system } = process.cpuUsage(spentBefore);
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.min(tookMs.length - 1, Math.floor(share * tookMs.length))] ?? 0;
  return {
    reads: tookMs.length,
    perSecond: tookMs.length / passedSeconds,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    clientMs: (user + system) / 1000 / tookMs.length,
    failed,
  };
}
