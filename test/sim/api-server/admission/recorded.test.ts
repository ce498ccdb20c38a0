// Objects of real clusters, as recorded: no rule has anything against them, neither when they are written anew nor when they
// stay as they are.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_MAINTENANCE } from '../../../../core/api/node-maintenance.ts';
import { type KubeObject, keyOf, kindKeyOf, kindOf } from '../../../../core/api/object.ts';
import { AdmissionChain, type AdmissionOperation } from '../../../../sim/api-server/admission/admission.ts';
import { ALL_RULES } from '../../../../sim/api-server/admission/rules.ts';
import { readDump } from '../../../../twin/read-dump.ts';
import { aStore } from '../objects.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures');

function refusals(objects: readonly KubeObject[], operation: AdmissionOperation): readonly (readonly string[])[] {
  const view = aStore(objects);
  const chain = new AdmissionChain(ALL_RULES);
  return objects.flatMap((object) => {
    const slash = object.apiVersion.indexOf('/');
    const kind = kindOf(slash < 0 ? '' : object.apiVersion.slice(0, slash), object.kind, 'Namespaced');
    const old = operation === 'UPDATE' ? object : undefined;
    const answer = chain.admit({
      operation,
      kind,
      key: keyOf(object),
      subresource: '',
      object,
      old,
      user: undefined,
      view,
      nowMs: 0,
    });
    return answer.kind === 'refused' ? [[object.kind, object.metadata.name, answer.message]] : [];
  });
}

test.each(['openshift/lists', 'metal3/all.yaml'])('objects of %s', (path) => {
  const { objects } = readDump([join(FIXTURES, path)]);
  expect(objects.length).toBeGreaterThan(30);
  expect(refusals(objects, 'UPDATE')).toEqual([]);
  // A second maintenance of a node is refused, and the recorded one is there already.
  expect(refusals(objects, 'CREATE').filter(([kind]) => kind !== NODE_MAINTENANCE.kind)).toEqual([]);
  expect(new Set(objects.map(kindKeyOf)).size).toBeGreaterThan(10);
});
