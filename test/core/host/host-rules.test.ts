// The small rules of the baremetal operator: reboot annotations, detaching, back-off, what is deployed.

import { describe, expect, test } from 'vitest';
import type { BareMetalHost } from '../../../core/api/bare-metal-host.ts';
import { formatTime } from '../../../core/api/time.ts';
import { BARE_METAL_HOST_STATES } from '../../../core/host/bare-metal-host.states.ts';
import { isCancelled, isNewImage, wantsImage } from '../../../core/host/deployed-image.ts';
import { errorBackoffMs } from '../../../core/host/error-backoff.ts';
import { detachRequest, rebootRequest } from '../../../core/host/host-annotations.ts';
import { hostConditions } from '../../../core/host/host-conditions.ts';
import { aHost } from '../../kit/host-objects.ts';
import { fc } from '../../kit/property.ts';

const HARD = '{"mode":"hard"}';
const SOFT = '{"mode":"soft"}';

describe('reboot annotations', () => {
  test.each([
    { id: 'C139 base, empty value', annotations: { 'reboot.metal3.io': '' }, force: false, expected: ['soft', true] },
    {
      id: 'C140 hard and soft',
      annotations: { 'reboot.metal3.io/a': HARD, 'reboot.metal3.io/b': SOFT },
      force: false,
      expected: ['hard', false],
    },
    { id: 'C141 bad JSON', annotations: { 'reboot.metal3.io/a': '{mode' }, force: false, expected: ['soft', false] },
    {
      id: 'JSON that is no object',
      annotations: { 'reboot.metal3.io/a': 'null' },
      force: false,
      expected: ['soft', false],
    },
    {
      id: 'C142 force needed, not given',
      annotations: { 'reboot.metal3.io/a': HARD },
      force: true,
      expected: undefined,
    },
    {
      id: 'force needed and given',
      annotations: { 'reboot.metal3.io/a': '{"mode":"hard","force":true}' },
      force: true,
      expected: ['hard', false],
    },
    { id: 'another annotation', annotations: { 'reboot.metal3.iox': HARD }, force: false, expected: undefined },
    { id: 'none', annotations: {}, force: false, expected: undefined },
  ])('$id', ({ annotations, force, expected }) => {
    const { wanted, mode, oneShot } = rebootRequest(aHost('h', 'provisioned', { annotations }), force);
    expect(wanted ? [mode, oneShot] : undefined).toEqual(expected);
  });
});

describe('detached annotation', () => {
  test.each([
    { value: undefined, expected: undefined },
    { value: '', expected: { force: false, delayDelete: false } },
    { value: 'true', expected: { force: false, delayDelete: false } },
    { value: '{"deleteAction":"delay"}', expected: { force: false, delayDelete: true } },
    { value: '{"deleteAction":"delete","force":true}', expected: { force: true, delayDelete: false } },
  ])('$value', ({ value, expected }) => {
    const annotations = value === undefined ? {} : { 'baremetalhost.metal3.io/detached': value };
    expect(detachRequest(aHost('h', 'provisioned', { annotations }))).toEqual(expected);
  });
});

test.each([
  { errors: 1, from: 1, to: 2 },
  { errors: 2, from: 2, to: 4 },
  { errors: 3, from: 4, to: 8 },
  { errors: 9, from: 256, to: 512 },
  { errors: 30, from: 256, to: 512 },
])('C152 back-off after $errors failures: $from to $to min, for every host', ({ errors, from, to }) => {
  fc.assert(
    fc.property(fc.uuid(), (uid) => {
      const minutes = errorBackoffMs(uid, errors) / 60_000;
      expect(minutes).toBeGreaterThanOrEqual(from);
      expect(minutes).toBeLessThanOrEqual(to);
    }),
  );
});

test('hosts that failed together do not all come back together', () => {
  const delays = Array.from({ length: 50 }, (_, i) => errorBackoffMs(`uid-${i}`, 2));
  expect(new Set(delays).size).toBeGreaterThan(40);
});

describe('what is deployed', () => {
  const image = (url: string) => ({ image: { url } });
  const deploy = (method: string) => ({ customDeploy: { method } });
  test.each<{ id: string; spec: BareMetalHost['spec']; there: object; cancelled: boolean; wanted: boolean }>([
    { id: 'same image', spec: { online: true, ...image('a') }, there: image('a'), cancelled: false, wanted: true },
    { id: 'other image', spec: { online: true, ...image('b') }, there: image('a'), cancelled: true, wanted: true },
    { id: 'image removed', spec: { online: true }, there: image('a'), cancelled: true, wanted: false },
    { id: 'nothing recorded', spec: { online: true, ...image('a') }, there: {}, cancelled: false, wanted: true },
    { id: 'same method', spec: { online: true, ...deploy('m') }, there: deploy('m'), cancelled: false, wanted: true },
    { id: 'other method', spec: { online: true, ...deploy('n') }, there: deploy('m'), cancelled: true, wanted: true },
    { id: 'method removed', spec: { online: true }, there: deploy('m'), cancelled: true, wanted: false },
    { id: 'offline', spec: { online: false, ...image('a') }, there: {}, cancelled: false, wanted: false },
  ])('$id', ({ spec = {}, there, cancelled, wanted }) => {
    const host: BareMetalHost = { ...aHost('h'), spec, status: { provisioning: { state: 'provisioned', ...there } } };
    expect({ cancelled: isCancelled(host), wanted: wantsImage(host) }).toEqual({ cancelled, wanted });
  });

  test('C161 another URL or checksum is a new image', () => {
    const tried = { url: 'a', checksum: '1' };
    const isNew = (wanted: { url: string; checksum: string }) =>
      isNewImage(aHost('h', 'available', { spec: { image: wanted }, status: { lastAttemptedImage: tried } }));
    expect([isNew(tried), isNew({ url: 'b', checksum: '1' }), isNew({ url: 'a', checksum: '2' })]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('conditions', () => {
  const situation = fc.record({
    state: fc.constantFrom(
      ...(Object.keys(BARE_METAL_HOST_STATES.states) as (keyof typeof BARE_METAL_HOST_STATES.states)[]),
    ),
    operationalStatus: fc.constantFrom(
      undefined,
      'OK',
      'error',
      'discovered',
      'delayed',
      'detached',
      'servicing' as const,
    ),
    powerFailure: fc.boolean(),
  });

  test('all six in every situation, however it came about, and the same array when nothing changed', () => {
    fc.assert(
      fc.property(situation, situation, (first, second) => {
        const before = hostConditions(undefined, first, 1_000);
        const after = hostConditions(before, second, 2_000);
        const said = (conditions: typeof after) =>
          conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
        expect(said(after)).toEqual(said(hostConditions(undefined, second, 0)));
        expect(after.length).toBe(6);
        expect(hostConditions(after, second, 3_000)).toBe(after);
        for (const [i, { status, lastTransitionTime }] of after.entries()) {
          const moved = status !== before[i]?.status;
          expect(lastTransitionTime).toBe(moved ? formatTime(2_000) : formatTime(1_000));
        }
      }),
    );
  });

  test.each([
    {
      state: 'registering',
      operationalStatus: 'error',
      powerFailure: true,
      says: 'Manageable False RegistrationFailed',
    },
    { state: 'provisioned', operationalStatus: 'OK', powerFailure: true, says: 'Manageable False PowerFailure' },
    { state: 'provisioned', operationalStatus: 'detached', powerFailure: true, says: 'Manageable True Manageable' },
    { state: 'provisioned', operationalStatus: 'detached', powerFailure: false, says: 'Ready False Detached' },
    { state: 'deprovisioning', operationalStatus: 'error', powerFailure: false, says: 'Ready False Error' },
    {
      state: 'available',
      operationalStatus: 'OK',
      powerFailure: false,
      says: 'AvailableForProvisioning True Available',
    },
    { state: 'unmanaged', operationalStatus: 'discovered', powerFailure: false, says: 'Manageable False NotManaged' },
  ] as const)('$state, $operationalStatus, power failure $powerFailure: $says', ({ says, ...found }) => {
    const said = hostConditions(undefined, found, 0).map(({ type, status, reason }) => `${type} ${status} ${reason}`);
    expect(said).toContain(says);
  });
});
