// Cipher suites: how a session is proved, kept whole and kept secret. Those that prove or hide nothing are refused unless somebody
// asked for them. Source: IPMI 2.0 specification table 22-20; suites 15 to 17 by the errata of 2013.

import type { Algorithms, OpenSessionRequest } from '../packets/open-session.ts';

export interface Authentication {
  readonly digest: 'sha1' | 'sha256';
  /** Of the check value in RAKP 4. */
  readonly proofLength: number;
}

export interface Integrity {
  readonly digest: 'sha1' | 'sha256';
  readonly codeLength: number;
}

export interface CipherSuite {
  readonly id: number;
  readonly algorithms: Algorithms;
  /** `none`: whoever knows a name is let in. */
  readonly authentication: Authentication | 'none';
  readonly integrity: Integrity | 'none';
  readonly confidentiality: 'aes-128-cbc' | 'none';
}

const SHA1: Authentication = { digest: 'sha1', proofLength: 12 };
const SHA256: Authentication = { digest: 'sha256', proofLength: 16 };
const SHA1_96: Integrity = { digest: 'sha1', codeLength: 12 };
const SHA256_128: Integrity = { digest: 'sha256', codeLength: 16 };

export const CIPHER_SUITES: readonly CipherSuite[] = [
  suite(0, [0, 0, 0], 'none', 'none', 'none'),
  suite(1, [1, 0, 0], SHA1, 'none', 'none'),
  suite(2, [1, 1, 0], SHA1, SHA1_96, 'none'),
  suite(3, [1, 1, 1], SHA1, SHA1_96, 'aes-128-cbc'),
  suite(15, [3, 0, 0], SHA256, 'none', 'none'),
  suite(16, [3, 4, 0], SHA256, SHA256_128, 'none'),
  suite(17, [3, 4, 1], SHA256, SHA256_128, 'aes-128-cbc'),
];

/** Source: suite 3 is mandatory for IPMI 2.0, suite 17 what clients prefer; ipmitool issue 29. */
export const SERVED_CIPHER_SUITES: readonly number[] = [3, 17];

function suite(
  id: number,
  [authenticationId, integrityId, confidentialityId]: readonly [number, number, number],
  authentication: CipherSuite['authentication'],
  integrity: CipherSuite['integrity'],
  confidentiality: CipherSuite['confidentiality'],
): CipherSuite {
  const algorithms = {
    authentication: authenticationId,
    integrity: integrityId,
    confidentiality: confidentialityId,
  };
  return { id, algorithms, authentication, integrity, confidentiality };
}

export function cipherSuite(id: number): CipherSuite | undefined {
  return CIPHER_SUITES.find((candidate) => candidate.id === id);
}

/** The last of these suites, the strongest, that has the algorithms that a console would have. */
export function suiteFor(
  { authentication, integrity, confidentiality }: OpenSessionRequest['algorithms'],
  ids: readonly number[],
): CipherSuite | undefined {
  return CIPHER_SUITES.findLast(
    ({ id, algorithms }) =>
      ids.includes(id) &&
      (authentication === 'any' || authentication === algorithms.authentication) &&
      (integrity === 'any' || integrity === algorithms.integrity) &&
      (confidentiality === 'any' || confidentiality === algorithms.confidentiality),
  );
}

const STANDARD_SUITE = 0xc0;
const INTEGRITY_TAG = 0x40;
const CONFIDENTIALITY_TAG = 0x80;

/** Records of Get Channel Cipher Suites: each suite with its algorithms. */
export function suiteRecords(ids: readonly number[]): readonly number[] {
  return CIPHER_SUITES.filter(({ id }) => ids.includes(id)).flatMap(({ id, algorithms }) => [
    STANDARD_SUITE,
    id,
    algorithms.authentication,
    INTEGRITY_TAG | algorithms.integrity,
    CONFIDENTIALITY_TAG | algorithms.confidentiality,
  ]);
}

/** The same list by algorithm. */
export function algorithmRecords(ids: readonly number[]): readonly number[] {
  const suites = CIPHER_SUITES.filter(({ id }) => ids.includes(id));
  const tagged = (tag: number, kind: keyof Algorithms): readonly number[] => [
    ...new Set(suites.map(({ algorithms }) => tag | algorithms[kind])),
  ];
  return [
    ...tagged(0, 'authentication'),
    ...tagged(INTEGRITY_TAG, 'integrity'),
    ...tagged(CONFIDENTIALITY_TAG, 'confidentiality'),
  ];
}
