// Validation of a FenceAgentsRemediationTemplate: how many nodes, what becomes of each, and what the template says at the end.

import { expect, test } from 'vitest';
import {
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationTemplate,
} from '../../../core/api/fence-agents-remediation.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { fenceAgentsTemplateController } from '../../../core/remediation/fence-agents-template.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aHost } from '../../kit/host-objects.ts';
import { meta, NOW_MS } from '../../kit/machine-objects.ts';

const KEY = 'medik8s/fence';

/** Four nodes: of w1 the host is on, of w2 it is off, of w3 nobody answers, of w4 the options are wrong. */
const ADDRESSES = { w1: '192.0.2.1', w2: '192.0.2.2', w3: '192.0.2.3', w4: '192.0.2.1' };

function template(sample: number | string | undefined): FenceAgentsRemediationTemplate {
  return {
    apiVersion: 'fence-agents-remediation.medik8s.io/v1alpha1',
    kind: 'FenceAgentsRemediationTemplate',
    metadata: { ...meta('fence', { namespace: 'medik8s' }), generation: 1 },
    spec: {
      ...(sample === undefined ? {} : { statusValidationSample: sample }),
      template: {
        spec: {
          agent: 'fence_ipmilan',
          nodeparameters: { '--ip': ADDRESSES, '--action': { w4: 'on' } },
        },
      },
    },
  };
}

function validated(sample: number | string | undefined, lineage: Lineage = 'exact'): CoreBench {
  const bench = coreBench({
    objects: [
      template(sample),
      aHost('h1', 'provisioned', { spec: { bmc: { address: 'ipmi://192.0.2.1' } } }),
      aHost('h2', 'provisioned', { spec: { bmc: { address: 'ipmi://192.0.2.2' } } }),
    ],
    controllers: [fenceAgentsTemplateController({ lineage })],
    atMs: NOW_MS,
  });
  bench.bmc.setTruth({ namespace: 'openshift-machine-api', name: 'h2' }, 'off');
  return bench;
}

const TIMED_OUT = 'status command timed out after 15s';
const WRONG = "FAR doesn't support any other action than `reboot` or `off`";

test.each([
  { sample: undefined, says: undefined, failed: undefined },
  { sample: 0, says: undefined, failed: undefined },
  { sample: 1, says: 'True ValidationSucceeded', failed: undefined },
  { sample: '25%', says: 'True ValidationSucceeded', failed: undefined },
  { sample: '26%', says: 'False ValidationFailed', failed: { w2: TIMED_OUT } },
  { sample: 3, says: 'False ValidationFailed', failed: { w2: TIMED_OUT, w3: TIMED_OUT } },
  { sample: '100%', says: 'False ValidationFailed', failed: { w2: TIMED_OUT, w3: TIMED_OUT, w4: WRONG } },
  { sample: 9, says: 'False ValidationFailed', failed: { w2: TIMED_OUT, w3: TIMED_OUT, w4: WRONG } },
  { sample: 'half', says: 'False ValidationFailed', failed: undefined },
])('a sample of $sample', ({ sample, says, failed }) => {
  const bench = validated(sample);
  bench.runFor(60_000);
  const { status } = bench.the(FENCE_AGENTS_REMEDIATION_TEMPLATE, KEY);
  const conditions = (status?.conditions ?? []).map(
    (condition) => `${condition.status} ${condition.reason} of generation ${condition.observedGeneration}`,
  );
  expect(conditions).toEqual(says === undefined ? [] : [`${says} of generation 1`]);
  expect({ failed: status?.validationFailed, passed: status?.validationPassed }).toEqual({
    failed,
    passed: undefined,
  });
  expect(bench.bmc.commands).toEqual([]);
  expect(bench.eventReasons()).toEqual(
    sample === 9 ? ['StatusValidationSampleExceedsNodes'] : sample === 'half' ? ['InvalidStatusValidationSample'] : [],
  );
});

test('corrected says what the agent said', () => {
  const bench = validated(4, 'corrected');
  bench.runFor(60_000);
  expect(bench.the(FENCE_AGENTS_REMEDIATION_TEMPLATE, KEY).status?.validationFailed).toEqual({
    w2: 'fence agent command failed: exit status 2 (stderr: , stdout: Status: OFF)',
    w3: TIMED_OUT,
    w4: WRONG,
  });
});

test('while it runs the condition is Unknown, node by node; another spec starts it anew', () => {
  const bench = validated(3);
  bench.runFor(5_000);
  expect(bench.the(FENCE_AGENTS_REMEDIATION_TEMPLATE, KEY).status).toMatchObject({
    conditions: [{ status: 'Unknown', reason: 'ValidationInProgress' }],
    validationPassed: { w1: 'Success' },
    validationFailed: { w2: TIMED_OUT },
  });
  bench.update(FENCE_AGENTS_REMEDIATION_TEMPLATE, KEY, 'main', (current) => ({
    ...current,
    spec: { ...current.spec, statusValidationSample: 1 },
  }));
  bench.runFor(60_000);
  const { status, metadata } = bench.the(FENCE_AGENTS_REMEDIATION_TEMPLATE, KEY);
  expect(status).toMatchObject({
    conditions: [{ status: 'True', reason: 'ValidationSucceeded', observedGeneration: metadata.generation }],
  });
  expect(status?.validationFailed).toBeUndefined();
});

test('a restart in the middle loses nothing but the run that was under way', () => {
  const bench = validated(3);
  bench.runFor(5_000);
  bench.restart();
  bench.runFor(60_000);
  expect(bench.the(FENCE_AGENTS_REMEDIATION_TEMPLATE, KEY).status).toMatchObject({
    conditions: [{ status: 'False', reason: 'ValidationFailed' }],
    validationFailed: { w2: TIMED_OUT, w3: TIMED_OUT },
  });
});
