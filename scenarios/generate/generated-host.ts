// One host of a generated cluster before it becomes objects: its name, place and size.

import { GROUP_DEFAULTS } from '../defaults.ts';
import type { GenerateSpec, GroupSpec } from '../schema-cluster.ts';
import { numbered } from './names.ts';

export interface GeneratedHost {
  readonly name: string;
  readonly group: string;
  readonly role: 'worker' | 'control-plane' | 'spare';
  readonly rack: string;
  readonly zone: string;
  readonly hardware: string;
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly dataDisks: number;
  readonly diskBytes: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Hosts of all groups, each group dealt over the racks in turn, so that every rack gets its share of every group. */
export function hostsOf(spec: GenerateSpec): readonly GeneratedHost[] {
  const racks = Array.from({ length: spec.racks }, (_, index) => `rack-${index + 1}`);
  const zones = spec.zones ?? GROUP_DEFAULTS.zones;
  return spec.groups.flatMap((group, groupIndex) =>
    Array.from({ length: group.count }, (_, index): GeneratedHost => {
      // Spares start at the far end, so that small groups do not all crowd into the first racks.
      const place = group.role === 'spare' ? racks.length - 1 - (index % racks.length) : index % racks.length;
      return {
        name: numbered(group.name, index, group.count),
        group: group.name,
        rack: racks[place] ?? 'rack-1',
        zone: `zone-${(place % zones) + 1}`,
        ...sizeOf(group, spec.groups, groupIndex),
      };
    }),
  );
}

function sizeOf(group: GroupSpec, all: readonly GroupSpec[], index: number) {
  const role = group.role ?? 'worker';
  // A spare is there to replace a worker, so it is sized like the first worker group where it does not say otherwise.
  const like =
    role === 'spare' ? all.find((other, at) => at !== index && (other.role ?? 'worker') === 'worker') : undefined;
  return {
    role,
    hardware: group.hardware ?? like?.hardware ?? GROUP_DEFAULTS.hardware,
    cpu: group.cpu ?? like?.cpu ?? GROUP_DEFAULTS.cpu,
    memoryBytes: group.memory ?? like?.memory ?? GROUP_DEFAULTS.memoryBytes,
    dataDisks: group.dataDisks ?? like?.dataDisks ?? (role === 'control-plane' ? 0 : GROUP_DEFAULTS.dataDisks),
    diskBytes: group.diskSize ?? like?.diskSize ?? GROUP_DEFAULTS.diskBytes,
    labels: { ...like?.labels, ...group.labels },
  };
}
