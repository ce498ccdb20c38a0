// A server over a store that holds lean objects: who reads sees them whole, who writes stores what they saw.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../../core/api/node.ts';
import { printedObject } from '../../../../sim/printed/printed-object.ts';
import { answered, apiWorld } from '../../../kit/api-kit.ts';
import { aNode } from '../objects.ts';

const NODE_A = '/api/v1/nodes/a';
const WHOLE = {
  status: { nodeInfo: { operatingSystem: 'linux' }, addresses: [{}, { address: 'a', type: 'Hostname' }] },
};

function aWorld() {
  return apiWorld([aNode('a', { status: { conditions: [{ type: 'Ready', status: 'True' }] } })], {
    printed: printedObject,
  });
}

function storedNode(world: ReturnType<typeof aWorld>) {
  return world.store.get(NODE, { namespace: '', name: 'a' });
}

describe('a lean object', () => {
  test('is whole in a get, a list, a watch and a table', async () => {
    const world = aWorld();
    expect((await answered(world, { method: 'GET', path: NODE_A })).body).toMatchObject(WHOLE);
    expect((await answered(world, { method: 'GET', path: '/api/v1/nodes' })).body).toMatchObject({ items: [WHOLE] });
    const seen: unknown[] = [];
    world.transport.call({ method: 'GET', path: '/api/v1/nodes?watch=true' }, (answer) => {
      if (answer.kind === 'watch') answer.start({ event: ({ object }) => seen.push(object), end: () => undefined });
    });
    world.advance(0);
    expect(seen).toMatchObject([WHOLE]);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await answered(world, { method: 'GET', path: '/api/v1/nodes', accept });
    expect(JSON.stringify(table.body)).toContain('Simulated Linux');
    expect(storedNode(world)?.status).toEqual({ conditions: [{ type: 'Ready', status: 'True' }] });
  });

  test('stays lean under a patch that changes nothing', async () => {
    const world = aWorld();
    const before = storedNode(world);
    const patch = { method: 'PATCH', path: NODE_A, contentType: 'application/merge-patch+json' } as const;
    expect(await answered(world, { ...patch, body: { metadata: {} } })).toMatchObject({ code: 200, body: WHOLE });
    expect(storedNode(world)).toBe(before);
  });

  test('can be patched where it was lean, and keeps what the writer saw', async () => {
    const world = aWorld();
    const body = [{ op: 'replace', path: '/status/nodeInfo/kernelVersion', value: '6.6' }];
    const call = {
      method: 'PATCH',
      path: `${NODE_A}/status`,
      contentType: 'application/json-patch+json',
      body,
    } as const;
    expect(await answered(world, call)).toMatchObject({ code: 200 });
    expect(storedNode(world)?.status).toMatchObject({ nodeInfo: { kernelVersion: '6.6', operatingSystem: 'linux' } });
  });
});
