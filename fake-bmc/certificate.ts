// Certificates of the served controllers: made at the start, for the names by which they are reached. Clients may trust the certificate
// itself, as they would that of an authority.

import { isIP } from 'node:net';
import { generate } from 'selfsigned';
import { DAY_MS } from '../sim/kernel/time-units.ts';

/** What a TLS server shows, and the key to it. */
export interface Certificate {
  /** Private, in PEM. */
  readonly key: string;
  /** In PEM. */
  readonly certificate: string;
}

/** Assumption: longer than anybody serves, shorter than what clients refuse (398 days). */
const VALID_MS = 365 * DAY_MS;

/** Clients' clocks may be late. */
const VALID_BEFORE_MS = DAY_MS;

/**
 * @param names DNS names and IP addresses, all of them alternative names of the subject.
 * @param at an instant at which it is valid.
 */
export function validCertificate(names: readonly string[], at: Date): Promise<Certificate> {
  const fromMs = at.getTime() - VALID_BEFORE_MS;
  return made(names, new Date(fromMs), new Date(fromMs + VALID_MS));
}

/** One that ended the day before `at`. */
export function expiredCertificate(names: readonly string[], at: Date): Promise<Certificate> {
  const untilMs = at.getTime() - DAY_MS;
  return made(names, new Date(untilMs - VALID_MS), new Date(untilMs));
}

async function made(names: readonly string[], notBeforeDate: Date, notAfterDate: Date): Promise<Certificate> {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...altNames] },
    ],
  });
  return { key, certificate: cert };
}
