// A generated OpenShift cluster says whether etcd can spare a member, and NodeHealthCheck goes by it.

import { expect, test } from 'vitest';
import type { SimConfig } from '../../sim/config.ts';
import { simulate } from '../../sim/simulation.ts';
import { check, FAR, fencing, hanging, MASTERS, studyOf } from './node-manifests.ts';

const POLICY =
  check(`${MASTERS}  minHealthy: 1\n  remediationTemplate: ${FAR}\n`) +
  fencing('{ --ipport: { master-0: "623", master-1: "623", master-2: "623" } }').replace(
    '{ --lanplus: "" }',
    '{ --lanplus: "", --ip: "{{.NodeName}}.bmc.example.com" }',
  );

const guarded = (config: SimConfig): SimConfig => config;
const unguarded = (config: SimConfig): SimConfig => ({
  ...config,
  objects: config.objects.filter(({ metadata }) => metadata.namespace !== 'openshift-etcd'),
});

test.each([
  ['one of three', guarded, ['master-0'], { fencings: 1, mostInFlight: 1 }],
  // Both are lost already, so that etcd has nothing left to spare; the second waits until the first is back.
  ['two of three, one after the other', guarded, ['master-0', 'master-1'], { fencings: 2, mostInFlight: 1 }],
  ['nothing says whether etcd can spare it', unguarded, ['master-0'], { fencings: 0, mostInFlight: 0 }],
])('masters that hang are fenced: %s', (_, change, lost, expected) => {
  const { config, policies } = studyOf(POLICY, hanging(...lost));
  const [policy] = policies;
  if (policy === undefined) throw new Error('a study without a policy');
  const { metrics } = simulate(change(config), policy, { replication: 1, record: false }).result;
  expect({ fencings: metrics.fencings, mostInFlight: metrics.mostInFlight }).toEqual(expected);
});
