// Mappings per second of CRUSH: three replicas on different racks, and an erasure code of 4+2 on different hosts, in a tree of racks,
// hosts and OSDs. The sum of all OSDs goes into the result, so that nothing is optimised away and two builds can be compared.
//
// usage: node bench/storage/crush.ts [racks] [hosts per rack] [OSDs per host] [mappings]

import { type CrushBucket, type CrushItem, type CrushMap, WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../sim/storage/crush/crush-placement.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';

const [RACKS = 10, HOSTS = 10, OSDS = 10, MAPPINGS = 200_000] = process.argv.slice(2).map(Number);

const HOST = 1;
const RACK = 3;
const ROOT = 10;

function clusterMap(): CrushMap {
  const buckets = new Map<number, CrushBucket>();
  const add = (type: number, items: readonly CrushItem[]): CrushItem => {
    const id = -1 - buckets.size;
    buckets.set(id, { id, name: `bucket${id}`, type, items });
    return { id, weight: items.reduce((sum, { weight }) => sum + weight, 0) };
  };
  const each = (count: number, item: (index: number) => CrushItem): readonly CrushItem[] =>
    Array.from({ length: count }, (_, index) => item(index));
  const osd = (id: number): CrushItem => ({ id, weight: WHOLE_WEIGHT });
  const root = add(
    ROOT,
    each(RACKS, (rack) =>
      add(
        RACK,
        each(HOSTS, (host) =>
          add(
            HOST,
            each(OSDS, (index) => osd((rack * HOSTS + host) * OSDS + index)),
          ),
        ),
      ),
    ),
  );
  const take = { op: 'take', item: root.id } as const;
  const emit = { op: 'emit' } as const;
  return {
    devices: new Map(),
    types: new Map(),
    buckets,
    rules: new Map([
      [
        0,
        {
          id: 0,
          name: 'rack',
          steps: [take, { op: 'choose', mode: 'firstn', count: 0, type: RACK, leaf: true }, emit],
        },
      ],
      [
        1,
        { id: 1, name: 'code', steps: [take, { op: 'choose', mode: 'indep', count: 0, type: HOST, leaf: true }, emit] },
      ],
    ]),
    tunables: { chooseTotalTries: 50, chooseleafDescendOnce: true, chooseleafVaryR: 1, chooseleafStable: true },
    chooseArgs: new Map(),
  };
}

const placement = new CrushPlacement(clusterMap());
const reweights = new Float64Array(RACKS * HOSTS * OSDS).fill(WHOLE_WEIGHT);

function perSecond(rule: number, size: number): { readonly rate: number; readonly sum: number } {
  let sum = 0;
  const cpuSeconds = cpuMeter();
  for (let x = 0; x < MAPPINGS; x++) {
    for (const osd of placement.osdsOf(x, { rule, size, reweights })) sum += osd;
  }
  return { rate: Math.round(MAPPINGS / cpuSeconds()), sum };
}

perSecond(0, 3);
const replicated = perSecond(0, 3);
const coded = perSecond(1, 6);
process.stdout.write(
  `${JSON.stringify({
    bench: 'crush',
    osds: reweights.length,
    mappings: MAPPINGS,
    replicatedPerCpuSecond: replicated.rate,
    codedPerCpuSecond: coded.rate,
    sum: replicated.sum + coded.sum,
  })}\n`,
);
