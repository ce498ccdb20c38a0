// Two Machines of one owner are replaced at once: each remediation ends with a successor of its own.

import { expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../core/api/host-remediation.ts';
import { NODE, readyCondition } from '../../core/api/node.ts';
import { parseTime } from '../../core/api/time.ts';
import { ending } from '../kit/crash/crash-points.ts';
import { replaceTogether } from '../kit/crash/flows.ts';
import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

test('the first successor ends one remediation, and the second the other', () => {
  const { wrong, run } = ending(replaceTogether());
  const { store } = run.world;
  const requests = store.list(HOST_REMEDIATION).map(({ status }) => status);
  const successors = store.list(NODE).filter(({ metadata }) => metadata.name.startsWith('spare'));
  const readyAtMs = successors.map((node) => parseTime(readyCondition(node)?.lastTransitionTime ?? ''));
  const closedAtMs = requests.map((status) => parseTime(status?.closedAt ?? ''));
  expect({ wrong, wanted: requests.map((status) => status?.replacement?.readyWanted).toSorted() }).toEqual({
    wrong: [],
    wanted: [3, 4],
  });
  // A Node's stamp is in whole seconds; the decision follows it by the lag of a watch.
  const laterMs = closedAtMs.toSorted().map((atMs, i) => atMs - (readyAtMs.toSorted()[i] ?? 0));
  expect(laterMs.filter((ms) => ms < 0 || ms >= 2_000)).toEqual([]);
  expect(laterMs).toHaveLength(2);
});

strikeEveryPoint('replace-together');
