// What a host is made of, from what its BareMetalHost tells and what it does not.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/api/object.ts';
import { inventoryOf } from '../../fake-bmc/inventory.ts';
import { bmcProfile } from '../../sim/host/bmc/profiles.ts';
import { STEADY_HARDWARE } from '../kit/tiny-world.ts';

function inventory(told: object | undefined, profile: Parameters<typeof bmcProfile>[0] = 'generic') {
  const bareMetalHost: KubeObject = {
    ...{ apiVersion: 'metal3.io/v1alpha1', kind: 'BareMetalHost' },
    metadata: {
      name: 'a1',
      namespace: 'metal',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    ...{ status: { hardware: told } },
  };
  return inventoryOf({
    ...{ name: 'a1', hardware: STEADY_HARDWARE, profile: bmcProfile(profile) },
    bareMetalHost: told === undefined ? undefined : bareMetalHost,
  });
}

const TOLD = {
  cpu: { arch: 'aarch64', count: 96, model: 'Some CPU', clockMegahertz: 3000 },
  ramMebibytes: 100_001,
  firmware: { bios: { version: '2.19.1' } },
  nics: [
    { name: 'eno1', mac: '', pxe: false },
    { name: 'eno2', mac: 'AA:BB:CC:00:11:22', speedGbps: 10, pxe: true },
  ],
  storage: [
    { name: '/dev/sda', sizeBytes: 1000, rotational: true, serialNumber: 'S1', model: 'Spinner' },
    { name: '/dev/nvme0n1', sizeBytes: 2000, type: 'NVME', serialNumber: 'S2', model: 'Fast' },
  ],
  systemVendor: { manufacturer: 'Dell Inc.', productName: 'PowerEdge R650', serialNumber: 'ABC1234' },
};

describe('given a BareMetalHost that tells its hardware', () => {
  test('then that is what the host is made of', () => {
    const { memory, processors, ...rest } = inventory(TOLD, 'hpe-ilo5');
    expect(rest).toMatchObject({
      ...{ manufacturer: 'Dell Inc.', model: 'PowerEdge R650', serial: 'ABC1234', firmwareVersion: '2.19.1' },
      drives: [
        { name: '/dev/sda', bytes: 1000, media: 'HDD', protocol: 'SATA', serial: 'S1', model: 'Spinner' },
        { name: '/dev/nvme0n1', bytes: 2000, media: 'SSD', protocol: 'NVMe', serial: 'S2', model: 'Fast' },
      ],
      // A card without an address boots nothing.
      interfaces: [{ name: 'eno2', mac: 'aa:bb:cc:00:11:22', speedMbps: 10_000, boots: true }],
    });
    const processor = { model: 'Some CPU', architecture: 'aarch64', megahertz: 3000, cores: 24, threads: 48 };
    expect(processors).toEqual([
      { socket: 1, ...processor },
      { socket: 2, ...processor },
    ]);
    expect(memory).toHaveLength(16);
    expect(memory.map(({ mebibytes }) => mebibytes).reduce((sum, each) => sum + each)).toBe(100_001);
  });
});

describe('given a BareMetalHost that tells nothing', () => {
  test.each([
    ['generic', 'Generated', 'server'],
    ['dell-idrac9', 'Dell Inc.', 'PowerEdge R750'],
    ['supermicro', 'Supermicro', 'SYS-620P-TRT'],
  ] as const)('then a host with the controller %s is of its make', (profile, manufacturer, model) => {
    for (const told of [undefined, { systemVendor: { manufacturer: 'Generated', productName: 'server' } }]) {
      expect(inventory(told, profile)).toMatchObject({ manufacturer, model });
    }
  });

  test('then two hosts of one kind differ by their serial numbers and addresses, and each is always the same', () => {
    const of = (name: string) =>
      inventoryOf({ name, hardware: STEADY_HARDWARE, profile: bmcProfile('generic'), bareMetalHost: undefined });
    expect(of('a1')).toEqual(of('a1'));
    const marks = ['a1', 'a2'].flatMap((name) => {
      const { serial, bmcMac, interfaces, drives } = of(name);
      return [serial, bmcMac, ...interfaces.map(({ mac }) => mac), ...drives.map((drive) => drive.serial)];
    });
    expect(new Set(marks).size).toBe(marks.length);
  });
});
