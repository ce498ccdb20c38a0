// What proves that a host is off, and what does not.

import { describe, expect, test } from 'vitest';
import type { BareMetalHost } from '../../../core/api/bare-metal-host.ts';
import type { Attempt, HostRemediation } from '../../../core/api/host-remediation.ts';
import type { Node } from '../../../core/api/node.ts';
import type { PowerReading } from '../../../core/facts.ts';
import { type OffClaim, provenUntilMs, proveOff, storedProof } from '../../../core/remediation/off-proof.ts';

const SAID_OFF_MS = Date.UTC(2026, 0, 1, 12);
const HOST: BareMetalHost = {
  apiVersion: 'metal3.io/v1alpha1',
  kind: 'BareMetalHost',
  metadata: { name: 'host-0', namespace: 'metal3', uid: 'uid-host-0', resourceVersion: '1' },
  status: { poweredOn: false },
};
const ATTEMPT: Attempt = { step: 1, action: 'Replace', attempt: 2, grantedAt: '2026-01-01T11:00:00.000000Z' };
const OFF: PowerReading = {
  power: 'off',
  askedAtMs: SAID_OFF_MS + 10,
  readAtMs: SAID_OFF_MS + 250,
  systemUuid: 'system-0',
};
function aNode(ready: 'True' | 'False' | 'Unknown'): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-0', uid: 'uid-node-0', resourceVersion: '1' },
    status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T11:00:00Z' }] },
  };
}

const CLAIM: OffClaim = {
  host: HOST,
  attempt: ATTEMPT,
  reading: OFF,
  saidOffAtMs: SAID_OFF_MS,
  isIdentified: true,
  node: aNode('Unknown'),
};

describe('a reading', () => {
  test('that says off, asked after the operator did, of the right BMC, is the proof', () => {
    expect(proveOff(CLAIM)).toEqual({
      hostUid: 'uid-host-0',
      systemUuid: 'system-0',
      step: 1,
      attempt: 2,
      askedAt: '2026-01-01T12:00:00.010000Z',
      readAt: '2026-01-01T12:00:00.250000Z',
    });
  });

  test('asked in the millisecond of the note is one too, for the note is in the API by then', () => {
    const proof = proveOff({ ...CLAIM, reading: { ...OFF, askedAtMs: SAID_OFF_MS } });
    expect(proof?.askedAt).toBe('2026-01-01T12:00:00.000000Z');
  });

  test('of a BMC that names no system proves off without one, where the policy does not want to know', () => {
    const { systemUuid: _, ...nameless } = OFF;
    expect(proveOff({ ...CLAIM, reading: nameless })).not.toHaveProperty('systemUuid');
  });

  const believed: readonly { readonly title: string; readonly claim: Partial<OffClaim> }[] = [
    {
      title: 'that tells of no boot, of a node whose silence nobody has noted yet',
      claim: { reading: { ...OFF, bootProgress: 'none' }, node: aNode('False') },
    },
    { title: 'that tells nothing of boots, of a node that is gone', claim: { node: undefined } },
    { title: 'that tells nothing of boots, of a node that is silent', claim: {} },
  ];
  test.each(believed)('$title is believed', ({ claim }) => {
    expect(proveOff({ ...CLAIM, ...claim })?.readAt).toBe('2026-01-01T12:00:00.250000Z');
  });

  const rows: readonly { readonly title: string; readonly claim: Partial<OffClaim> }[] = [
    { title: 'that says on', claim: { reading: { ...OFF, power: 'on' } } },
    { title: 'that says nothing', claim: { reading: { ...OFF, power: 'unreachable' } } },
    {
      title: 'asked before the operator said off, although answered after',
      claim: { reading: { ...OFF, askedAtMs: SAID_OFF_MS - 1 } },
    },
    { title: 'of a BMC that controls another machine', claim: { isIdentified: false } },
    { title: 'that tells of firmware, too', claim: { reading: { ...OFF, bootProgress: 'firmware' } } },
    { title: 'that tells of a system that runs, too', claim: { reading: { ...OFF, bootProgress: 'osRunning' } } },
    { title: 'that tells nothing of boots, while the kubelet says that it is Ready', claim: { node: aNode('True') } },
    { title: 'that tells nothing of boots, while the kubelet says that it is not', claim: { node: aNode('False') } },
    { title: 'of a host of which nobody knows when it was said off', claim: { saidOffAtMs: Number.NaN } },
  ];
  test.each(rows)('$title proves nothing', ({ claim }) => {
    expect(proveOff({ ...CLAIM, ...claim })).toBeUndefined();
  });
});

describe('a proof in the API', () => {
  const stored = proveOff(CLAIM);
  const request = (offProof: typeof stored): HostRemediation => ({
    apiVersion: 'remediation.metaltwin.dev/v1alpha1',
    kind: 'HostRemediation',
    metadata: { name: 'node-0-1', uid: 'uid-request', resourceVersion: '1' },
    status: offProof === undefined ? {} : { offProof },
  });

  test('is one for its host and its attempt, for so long', () => {
    const proof = storedProof(request(stored), HOST, ATTEMPT);
    expect({ proof, untilMs: proof === undefined ? undefined : provenUntilMs(proof, 30_000) }).toEqual({
      proof: stored,
      untilMs: SAID_OFF_MS + 250 + 30_000,
    });
  });

  const rows: readonly {
    readonly title: string;
    readonly host?: BareMetalHost;
    readonly attempt?: Attempt;
    readonly isThere?: boolean;
  }[] = [
    { title: 'that is not there', isThere: false },
    { title: 'of another attempt', attempt: { ...ATTEMPT, attempt: 3 } },
    { title: 'of another step', attempt: { ...ATTEMPT, step: 0 } },
    {
      title: 'of another host of the same name',
      host: { ...HOST, metadata: { ...HOST.metadata, uid: 'uid-successor' } },
    },
    { title: 'of a host that is on again', host: { ...HOST, status: { poweredOn: true } } },
    { title: 'of a host of which the operator says nothing', host: { ...HOST, status: {} } },
  ];
  test.each(rows)('$title is none', ({ host = HOST, attempt = ATTEMPT, isThere = true }) => {
    expect(storedProof(request(isThere ? stored : undefined), host, attempt)).toBeUndefined();
  });
});
