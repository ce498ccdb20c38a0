// The truth about hosts, as it changes: power, boots, what runs, who is reachable, wiped disks, members of etcd.

import type { PowerCause } from '../../host/host.ts';
import type { World } from '../../world.ts';
import { hostName, type Tell } from './tell.ts';

interface Known {
  on: boolean;
  state: string;
  wipeEpoch: number;
  /** It has run since its disks were wiped last. */
  ran: boolean;
}

/** Tells what is so, and then what changes. Call before the models start; the returned function tells what is known after. */
export function observeHosts(world: World, tell: Tell): () => void {
  const { fleet } = world;
  const known: Known[] = [];
  /** Who switched last; a power that nobody ordered comes with the provisioner's agent. */
  const causes = new Map<number, PowerCause>();
  const state = (host: number) => ({
    seen: 'state' as const,
    host: hostName(world, host),
    runs: fleet.podsExecute(host),
    reachable: fleet.reachable(host),
    serves: fleet.kubeletActs(host),
    epoch: fleet.bootEpoch(host),
  });
  for (const { index, config } of fleet.hosts) {
    const { name: host, rack, controlPlane } = config;
    tell({ seen: 'host', host, rack, controlPlane });
    const on = fleet.powered(index);
    tell({ seen: 'power', host, on, by: 'start' });
    const first = state(index);
    tell(first);
    known.push({ on, state: JSON.stringify(first), wipeEpoch: fleet.wipeEpoch(index), ran: true });
  }
  fleet.observe({
    powerCut: (host, cause) => causes.set(host, cause),
    bootStarted: (host, cause) => {
      causes.set(host, cause);
      tell({ seen: 'bootStarted', host: hostName(world, host), by: cause });
    },
  });
  fleet.onChange((index) => {
    const before = known[index];
    if (before === undefined) return;
    const host = hostName(world, index);
    const on = fleet.powered(index);
    if (on !== before.on) {
      before.on = on;
      const isFeed = !fleet.power.fed(index);
      const by = isFeed ? 'feed' : fleet.host(index).stage === 'agent' ? 'provisioning' : (causes.get(index) ?? 'feed');
      tell({ seen: 'power', host, on, by });
    }
    const now = state(index);
    const text = JSON.stringify(now);
    if (text !== before.state) {
      before.state = text;
      tell(now);
    }
    if (now.runs) before.ran = true;
    if (fleet.wipeEpoch(index) === before.wipeEpoch) return;
    before.wipeEpoch = fleet.wipeEpoch(index);
    if (!before.ran) return;
    before.ran = false;
    const cleanElsewhere = world.storage.fewestInSyncElsewhere(index);
    tell({ seen: 'wiped', host, ...(cleanElsewhere === undefined ? {} : { cleanElsewhere, required: 1 }) });
  });
  const { etcd } = world.machines;
  const members = (): void => {
    const voters = etcd.hosts().filter((host) => etcd.roleOf(host) === 'voter');
    if (voters.length === 0) return;
    const up = voters.filter((host) => etcd.isUp(host));
    tell({
      seen: 'etcd',
      voters: voters.map((host) => hostName(world, host)),
      up: up.map((host) => hostName(world, host)),
    });
  };
  etcd.onMemberChanged(members);
  return members;
}
