// The guards of etcd: Ready while the member beside them answers, which a member does not that no other reaches.

import { expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import { aGuard } from '../../kit/etcd-objects.ts';
import { WorkloadWorld } from '../../kit/workload-world.ts';

function ready(world: WorkloadWorld): readonly (string | undefined)[] {
  return world.store.list(POD).map(({ status }) => status?.conditions?.find(({ type }) => type === 'Ready')?.status);
}

test('a guard whose host peers do not reach is not Ready though the kubelet acts, and is Ready again with them', () => {
  const other: KubeObject = { ...aGuard('a1', 'True') };
  const beside = { ...other, metadata: { ...other.metadata, name: 'beside', labels: { app: 'web' } } };
  const world = new WorkloadWorld([aGuard('a1', 'True'), aGuard('b1', 'True'), beside]);
  world.until(10);
  world.truth.cutFromPeers('a1');
  world.until(20);
  const cut = ready(world);
  world.truth.recover('a1');
  world.until(30);
  expect([cut, ready(world)]).toEqual([
    ['True', 'False', 'True'],
    ['True', 'True', 'True'],
  ]);
});
