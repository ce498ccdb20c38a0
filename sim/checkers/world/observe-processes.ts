// Containers that execute, by host, with what each holds for itself alone. Where the object of a pod is gone and its kubelet
// does not act, its containers go on: until the operating system ends, or the kubelet acts again and stops them.
//
// Divergence from reality: a kubelet that comes back stops such containers at once; really it takes their grace period.

import type { PodRecord } from '../../workload/pod-table.ts';
import type { World } from '../../world.ts';
import { hostName, type Tell } from './tell.ts';

interface Abandoned {
  readonly pod: string;
  readonly epoch: number;
}

export function observeProcesses(world: World, tell: Tell): void {
  const { fleet } = world;
  const abandoned = new Map<number, Abandoned[]>();
  world.workload.onProcess((record, step) => {
    const index = record.node?.host ?? -1;
    if (index < 0) return;
    const host = hostName(world, index);
    const pod = nameOf(record);
    if (step === 'started') tell({ seen: 'processStarted', host, pod, exclusive: exclusiveOf(record) });
    else if (step === 'ended' || fleet.kubeletActs(index)) tell({ seen: 'processEnded', host, pod });
    else {
      const list = abandoned.get(index) ?? [];
      abandoned.set(index, [...list, { pod, epoch: record.bootEpoch }]);
    }
  });
  fleet.onChange((index) => {
    const list = abandoned.get(index);
    if (list === undefined) return;
    const goOn = fleet.podsExecute(index) && !fleet.kubeletActs(index);
    const left = list.filter(({ epoch }) => goOn && epoch === fleet.bootEpoch(index));
    for (const process of list) {
      if (!left.includes(process)) tell({ seen: 'processEnded', host: hostName(world, index), pod: process.pod });
    }
    if (left.length === 0) abandoned.delete(index);
    else abandoned.set(index, left);
  });
}

function nameOf(record: PodRecord): string {
  return `${record.text} ${record.uid}`;
}

/** The ordinal of a StatefulSet's pod, and volumes of one writer. */
function exclusiveOf(record: PodRecord): readonly string[] {
  const volumes = record.volumes.filter(({ exclusive }) => exclusive).map(({ id }) => `volume ${id}`);
  return record.control?.kind === 'StatefulSet' ? [`pod ${record.text}`, ...volumes] : volumes;
}
