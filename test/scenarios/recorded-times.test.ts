// Stage times from operationHistory: which record says what, and what the report tells of it.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/api/object.ts';
import { ObjectSet } from '../../scenarios/cluster/object-set.ts';
import { hardwareOf } from '../../scenarios/cluster/recorded-times.ts';
import { DEFAULT_HARDWARE } from '../../sim/defaults.ts';
import { studyFiles } from '../../twin/study-files.ts';

const START = Date.UTC(2026, 3, 23, 4, 0, 0);

interface Recorded {
  readonly inspectSeconds?: number;
  readonly provisionSeconds?: number;
  readonly cleaning?: 'metadata' | 'disabled';
}

function record(seconds: number | undefined) {
  if (seconds === undefined) return {};
  return { start: new Date(START).toISOString(), end: new Date(START + seconds * 1000).toISOString() };
}

function host({ inspectSeconds, provisionSeconds, cleaning }: Recorded, index: number): KubeObject {
  return {
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: { namespace: 'metal', name: `h${index}`, uid: `h${index}`, resourceVersion: '1' },
    spec: { ...(cleaning === undefined ? {} : { automatedCleaningMode: cleaning }) },
    status: {
      hardware: { systemVendor: { productName: 'Model' } },
      operationHistory: { inspect: record(inspectSeconds), provision: record(provisionSeconds), deprovision: {} },
    },
  };
}

function timesOf(hosts: readonly Recorded[]) {
  const { hardware, assumptions } = hardwareOf(new ObjectSet(hosts.map(host)));
  const { firmwareMs, osBootMs, imageWriteMs, fastTrack } = hardware.Model ?? DEFAULT_HARDWARE;
  const medians = [firmwareMs, osBootMs, imageWriteMs].map((each) =>
    each.kind === 'lognormal' ? Math.round(each.median / 1000) : Number.NaN,
  );
  return { medians, fastTrack, told: assumptions.map(({ value }) => value) };
}

describe('stage times of a model', () => {
  // Default medians: 210 s of firmware, 90 s of operating system, 240 s of image writing; 30 s of cleaning.
  test.each([
    { given: 'no record', hosts: [{}], medians: [210, 90, 240], fastTrack: false, told: [] },
    {
      given: 'an inspection: a boot and a minute of looking',
      hosts: [{ inspectSeconds: 660 }],
      medians: [420, 180, 240],
      fastTrack: false,
      told: ['the defaults times 2.00 for firmware and boot'],
    },
    {
      given: 'an inspection that its BMC answered',
      hosts: [{ inspectSeconds: 40 }],
      medians: [210, 90, 240],
      fastTrack: false,
      told: [],
    },
    {
      given: 'a deployment only: all its parts share the factor',
      hosts: [{ provisionSeconds: 1080 }],
      medians: [420, 180, 480],
      fastTrack: false,
      told: ['the defaults times 2.00 for firmware, boot and image writing'],
    },
    {
      given: 'both, with a boot to clean and a boot to deploy',
      hosts: [{ inspectSeconds: 360, provisionSeconds: 2 * 300 + 30 + 120 }],
      medians: [210, 90, 120],
      fastTrack: false,
      told: ['the defaults times 1.00 for firmware and boot, times 0.50 for image writing'],
    },
    {
      given: 'both, too short for two boots',
      hosts: [{ inspectSeconds: 360, provisionSeconds: 300 + 30 + 120 }],
      medians: [210, 90, 120],
      fastTrack: true,
      told: ['the defaults times 1.00 for firmware and boot, times 0.50 for image writing, with fast track'],
    },
    {
      given: 'both, without cleaning',
      hosts: [{ inspectSeconds: 360, provisionSeconds: 300 + 480, cleaning: 'disabled' }],
      medians: [210, 90, 480],
      fastTrack: false,
      told: ['the defaults times 1.00 for firmware and boot, times 2.00 for image writing'],
    },
    {
      given: 'a record far off, which says more about waiting',
      hosts: [{ inspectSeconds: 86_400 }],
      medians: [840, 360, 240],
      fastTrack: false,
      told: ['the defaults times 4.00 for firmware and boot'],
    },
    {
      given: 'several hosts: the median',
      hosts: [{ inspectSeconds: 10_000 }, { inspectSeconds: 360 }, { inspectSeconds: 330 }],
      medians: [210, 90, 240],
      fastTrack: false,
      told: ['the defaults times 1.00 for firmware and boot'],
    },
  ] as const)('$given', ({ hosts, medians, fastTrack, told }) => {
    expect(timesOf(hosts)).toEqual({ medians, fastTrack, told });
  });

  test('an import says what was recorded and what was made of it', () => {
    const { objects } = studyFiles.readCluster(['test/fixtures/openshift/lists']);
    const { hardware, assumptions } = hardwareOf(new ObjectSet(objects));
    expect(assumptions.find(({ name }) => name === 'stage times of PowerEdge R750')).toEqual({
      name: 'stage times of PowerEdge R750',
      value: 'the defaults times 0.97 for firmware and boot, times 0.59 for image writing, with fast track',
      source:
        'inspection took a median of 5m50s on 3 hosts (operationHistory), taken as one boot and 1m of looking; provisioning took a median of 7m42s on 3 hosts, too short for a boot to clean and another to deploy',
    });
    expect(hardware['PowerEdge R650']).toEqual(DEFAULT_HARDWARE);
  });
});
