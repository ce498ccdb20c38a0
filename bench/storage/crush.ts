// Mappings per second of CRUSH: three replicas on different racks, and an erasure code of 4+2 on different hosts, in a tree of racks,
// hosts and OSDs. The sum of all OSDs goes into the result, so that nothing is optimised away and two builds can be compared.
//
// usage: node bench/storage/crush.ts [racks] [hosts per rack] [OSDs per host] [mappings]

import { type CrushItem, type CrushMap, WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../sim/storage/crush/crush-placement.ts';
import { CrushTree, each, osd } from '../../test/kit/crush-tree.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';

const [RACKS = 10, HOSTS = 10, OSDS = 10, MAPPINGS = 200_000] = process.argv.slice(2).map(Number);

const HOST = 1;
const RACK = 3;
const ROOT = 10;

function clusterMap(): CrushMap {
  const tree = new CrushTree();
  const hostOf = (rack: number, host: number): CrushItem =>
    tree.bucket(
      HOST,
      each(OSDS, (index) => osd((rack * HOSTS + host) * OSDS + index)),
    );
  const racks = each(RACKS, (rack) =>
    tree.bucket(
      RACK,
      each(HOSTS, (host) => hostOf(rack, host)),
    ),
  );
  return tree.map(tree.bucket(ROOT, racks), [
    { mode: 'firstn', type: RACK, leaf: true },
    { mode: 'indep', type: HOST, leaf: true },
  ]);
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
