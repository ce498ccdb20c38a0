// What a pass of a drain makes of the answers of the eviction API: two pods on the node, the first of which gets the answer.

import { expect, test } from 'vitest';
import { NODE_MAINTENANCE, type NodeMaintenance } from '../../../core/api/node-maintenance.ts';
import { POD, type Pod } from '../../../core/api/workload.ts';
import type { Outcome } from '../../../core/facts.ts';
import { nodeMaintenanceController } from '../../../core/maintenance/node-maintenance.controller.ts';
import { MEDIK8S_MAINTENANCE } from '../../../core/maintenance/products.ts';
import type { KubeWriter } from '../../../core/ports/kube-writer.ts';
import { coreBench } from '../../kit/core-bench.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';

const MAINTENANCE: NodeMaintenance = {
  apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
  kind: 'NodeMaintenance',
  metadata: meta('nm'),
  spec: { nodeName: 'w' },
};

function pod(name: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { namespace: 'shop' }),
    spec: { nodeName: 'w', terminationGracePeriodSeconds: 0 },
    status: { phase: 'Running' },
  };
}

const throttled: Outcome = { kind: 'refused', code: 429, reason: 'TooManyRequests', message: 'try again' };
const broken: Outcome = { kind: 'refused', code: 500, reason: 'InternalError', message: 'no luck' };
const forbidden: Outcome = { kind: 'refused', code: 403, reason: 'Forbidden', message: 'not allowed' };
const lost: Outcome = { kind: 'unknown', message: 'time-out' };

/** The first evictions of pod `a` are answered so; they do not happen. `asked`: when each was tried. */
function drained(answers: readonly Outcome[]) {
  const asked: number[] = [];
  const bench = coreBench({
    objects: [aNode('w'), pod('a'), pod('b'), MAINTENANCE],
    controllers: [nodeMaintenanceController(MEDIK8S_MAINTENANCE)],
    atMs: NOW_MS,
    writer: (writer, kernel): KubeWriter => ({
      submit: (by, write, done) => {
        if (write.do !== 'evict' || write.key.name !== 'a') {
          writer.submit(by, write, done);
          return;
        }
        const answer = answers[asked.length];
        asked.push(kernel.nowMs - NOW_MS);
        if (answer === undefined) writer.submit(by, write, done);
        else done(answer);
      },
      readFresh: (kind, key, done) => writer.readFresh(kind, key, done),
    }),
  });
  bench.run(NOW_MS + 60_000);
  return { bench, asked };
}

test.each<{
  readonly title: string;
  readonly answers: readonly Outcome[];
  readonly asked: readonly number[];
  readonly lastError: string | undefined;
}>([
  { title: 'granted: asked once', answers: [], asked: [0], lastError: undefined },
  {
    title: 'throttled: asked again every 5 s, and no error',
    answers: [throttled, throttled],
    asked: [0, 5_000, 10_000],
    lastError: undefined,
  },
  { title: 'no answer: asked again after 5 s', answers: [lost], asked: [0, 5_000], lastError: undefined },
  {
    title: 'throttled for a whole pass: it times out, and the next one asks at once',
    answers: Array.from({ length: 6 }, () => throttled),
    asked: [0, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000],
    lastError: 'error when evicting pods/"a" -n "shop": global timeout reached: 30s',
  },
  {
    title: 'an error of the server: the pass fails at once, and its status wakes the next one',
    answers: [broken],
    asked: [0, 0],
    lastError: 'error when evicting pods/"a" -n "shop": no luck',
  },
  {
    title: 'forbidden: the same, and where the status does not change the next pass comes after 5 s',
    answers: [forbidden, forbidden, forbidden],
    asked: [0, 0, 5_005, 5_010],
    lastError: 'error when evicting pods/"a" -n "shop": not allowed',
  },
])('$title', ({ answers, asked, lastError }) => {
  const run = drained(answers);
  const { status } = run.bench.the(NODE_MAINTENANCE, 'nm');
  expect({ asked: run.asked, phase: status?.phase, lastError: status?.lastError }).toEqual({
    asked,
    phase: 'Succeeded',
    lastError,
  });
  expect(run.bench.names(POD)).toEqual([]);
});
