// Objects of a dump that no API server would have printed: each is named with what is wrong, and what servers do print passes.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { misshapen } from '../../twin/dump-shape.ts';
import { readDump } from '../../twin/read-dump.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const node = (parts: object) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, ...parts });

test.each([
  ['nothing beside its name', node({}), undefined],
  ['a time that never was', node({ metadata: { name: 'n', creationTimestamp: null } }), undefined],
  [
    'a time that is a number',
    node({ metadata: { name: 'n', creationTimestamp: 5 } }),
    'metadata.creationTimestamp is not a text',
  ],
  [
    'labels that are a list',
    node({ metadata: { name: 'n', labels: ['a'] } }),
    'metadata.labels is not a map of strings',
  ],
  [
    'an owner that is nothing',
    node({ metadata: { name: 'n', ownerReferences: [null] } }),
    'metadata.ownerReferences is not a list of references',
  ],
  [
    'an owner of no API',
    node({ metadata: { name: 'n', ownerReferences: [{ apiVersion: null, kind: 'Node', name: 'm', uid: 'u' }] } }),
    'metadata.ownerReferences holds an owner without apiVersion',
  ],
  ['volumes that are a text', node({ spec: { volumes: 'x' } }), 'spec.volumes is not a list of volumes'],
  ['a BMC without a text for its address', node({ spec: { bmc: { address: {} } } }), 'spec.bmc.address is not a text'],
  ['a spec that is a text', node({ spec: 'x' }), 'spec is not an object'],
  ['conditions that are no list', node({ status: { conditions: {} } }), 'status.conditions is not a list'],
  [
    'a condition that is nothing',
    node({ status: { conditions: [null] } }),
    'status.conditions holds what is no condition',
  ],
  [
    'a condition with a truth value',
    node({ status: { conditions: [{ type: 'Ready', status: true }] } }),
    'status.conditions[].status is not a text',
  ],
  [
    'a host name that is a number',
    node({ status: { hardware: { hostname: 7 } } }),
    'status.hardware.hostname is not a text',
  ],
  ['an amount that is a number', node({ status: { allocatable: { cpu: 4 } } }), 'status.allocatable.cpu is not a text'],
  [
    'a request of a template that is a number',
    node({ spec: { template: { spec: { containers: [{ resources: { requests: { cpu: 2 } } }] } } } }),
    'spec.template.spec.containers[].resources.requests.cpu is not a text',
  ],
  ['a claim of no amount', node({ spec: { resources: { requests: [] } } }), 'spec.resources.requests is not an object'],
  [
    'a model that is a list',
    node({ status: { hardware: { systemVendor: { productName: [] } } } }),
    'status.hardware.systemVendor.productName is not a text',
  ],
  [
    'an operation that began at a number',
    node({ status: { operationHistory: { provision: { start: 1, end: null } } } }),
    'status.operationHistory.provision.start is not a text',
  ],
])('%s', (_, given, expected) => {
  expect(misshapen(given)).toBe(expected);
});

test('what servers printed is sound', () => {
  const { objects } = readDump([join(FIXTURES, 'metal3', 'all.yaml'), join(FIXTURES, 'openshift')]);
  expect(objects.map(misshapen).filter((problem) => problem !== undefined)).toEqual([]);
});
