// What stands in a Secret is nowhere else: not in actions, reasons, events, results or objects.

import { expect, test } from 'vitest';
import { secretValues } from '../../../core/api/secret.ts';
import { fenceAgentsRemediationController } from '../../../core/remediation/fence-agents-remediation.controller.ts';
import { fenceAgentsTemplateController } from '../../../core/remediation/fence-agents-template.controller.ts';
import { coreBench } from '../../kit/core-bench.ts';
import { aHost } from '../../kit/host-objects.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';

const VALUE = 'opensesame';

test.each([
  { title: 'a password', data: { '--password': VALUE } },
  { title: 'an action that is not allowed', data: { '--action': VALUE } },
  { title: 'an option that is given twice', data: { '--ip': VALUE } },
  { title: 'an option that the agent does not have', data: { '--secret': VALUE } },
  { title: 'an address where nobody is', data: { '--ipport': '1', '--target': VALUE } },
  { title: 'a template that cannot be read', data: { '--password': `{{${VALUE}}}` } },
])('$title', ({ data }) => {
  const spec = {
    agent: 'fence_ipmilan',
    retrycount: 1,
    nodeparameters: { '--ip': { 'worker-0': '192.0.2.1' } },
    sharedSecretName: 'shared',
  };
  const kind = (name: string) => ({ apiVersion: 'fence-agents-remediation.medik8s.io/v1alpha1', kind: name });
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  for (const lineage of ['exact', 'corrected'] as const) {
    const bench = coreBench({
      objects: [
        { ...kind('FenceAgentsRemediation'), metadata: meta('worker-0', { namespace: 'medik8s' }), spec },
        {
          ...kind('FenceAgentsRemediationTemplate'),
          metadata: { ...meta('fence', { namespace: 'medik8s' }), generation: 1 },
          spec: { statusValidationSample: 1, template: { spec } },
        },
        Object.assign(
          { apiVersion: 'v1', kind: 'Secret', metadata: meta('shared', { namespace: 'medik8s' }) },
          { data: encoded },
        ),
        aNode('worker-0', 'Unknown', 60_000),
        aHost('host-0', 'provisioned', { spec: { bmc: { address: 'ipmi://192.0.2.1' } } }),
      ],
      controllers: [fenceAgentsRemediationController({ lineage }), fenceAgentsTemplateController({ lineage })],
      atMs: NOW_MS,
    });
    bench.runFor(300_000);
    const others = bench.store
      .servedKinds()
      .filter(({ kind }) => kind !== 'Secret')
      .flatMap((kind) => bench.store.list(kind));
    expect(bench.decisions.length).toBeGreaterThan(3);
    const seen = JSON.stringify([bench.decisions, bench.performed, bench.events, others]);
    expect(seen).not.toContain(VALUE);
    expect(seen).not.toContain(btoa(VALUE));
  }
});

test('a Secret in both spellings: text wins over base64, which is UTF-8', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: meta('s') };
  const data = { a: 'eA==', b: 'w7w=' };
  expect(secretValues({ ...secret, data, stringData: { a: 'text' } })).toEqual({ a: 'text', b: 'ü' });
});
