// Museum, incident I58: a fencing that fails is followed by the deletion of the Machine, which removes the Node; the fencing's
// own remediation can then not be deleted any more. Source: medik8s/fence-agents-remediation PR 205.

import { expect, test } from 'vitest';
import { FENCE_AGENTS_REMEDIATION } from '../../core/api/fence-agents-remediation.ts';
import type { Lineage } from '../../core/api/lineage.ts';
import { MACHINE_DELETION_REMEDIATION } from '../../core/api/machine-deletion-remediation.ts';
import { isReady, NODE, type Node } from '../../core/api/node.ts';
import { hangRun, hangStudy } from '../kit/hang-study.ts';
import { fenceAgentsThenDeletion } from '../kit/remediation-manifests.ts';

/** The address is nobody's. */
const AGENT = `      agent: fence_ipmilan
      retrycount: 2
      sharedparameters: { --ip: "{{.NodeName}}.nowhere.example.com", --lanplus: "" }`;

/** What is left half an hour after worker-1 hung: remediations, the health check's phase, and what was done to hosts. */
function escalated(lineage: Lineage) {
  const { config, policy } = hangStudy(fenceAgentsThenDeletion(60, AGENT));
  const { world } = hangRun({ config, policy: { ...policy, lineage } }, []);
  const { store, observer } = world;
  const remediations = [...store.list(FENCE_AGENTS_REMEDIATION), ...store.list(MACHINE_DELETION_REMEDIATION)];
  return {
    left: remediations.map(({ kind, metadata }) => ({
      kind,
      deleting: metadata.deletionTimestamp !== undefined,
      finalizers: metadata.finalizers,
    })),
    node: isReady(store.get(NODE, { namespace: '', name: 'worker-1' }) ?? NOBODY),
    counts: observer.fencings.counts,
  };
}

const NOBODY: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: '', uid: '', resourceVersion: '' } };

/** The fence agent reached nobody: all that happened to a host is its reprovision. */
const REPLACED = { node: true, counts: { fencings: 1, reprovisionings: 1, needlessHealthy: 0 } };

test('exact: the node is replaced and Ready again, and the remediation of its fencing is still there', () => {
  expect(escalated('exact')).toMatchObject({
    ...REPLACED,
    left: [
      {
        kind: 'FenceAgentsRemediation',
        deleting: true,
        finalizers: ['fence-agents-remediation.medik8s.io/far-finalizer'],
      },
    ],
  });
});

test('corrected: nothing is left', () => {
  expect(escalated('corrected')).toMatchObject({ ...REPLACED, left: [] });
});
