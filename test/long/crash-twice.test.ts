// Two strikes in one run: the process dies at every point, and again at every point that its successor passes after that; and
// at every point at which somebody deletes the request, it dies at every later one.

import { describe, expect, test } from 'vitest';
import { ending, type Flow } from '../kit/crash/crash-points.ts';
import { reboot, reprovision } from '../kit/crash/flows.ts';
import { type Strike, strikeText } from '../kit/crash/strike.ts';

const DIES = { strike: 'kill', downMs: 1_000 } as const;

const FIRST: readonly {
  readonly name: string;
  readonly flow: () => Flow;
  readonly at: (boundary: number) => Strike;
}[] = [
  { name: 'a reboot, killed twice', flow: reboot, at: (boundary) => ({ ...DIES, boundary }) },
  { name: 'a reprovision in place, killed twice', flow: reprovision, at: (boundary) => ({ ...DIES, boundary }) },
  {
    name: 'a reboot whose request is deleted, then killed',
    flow: reboot,
    at: (boundary) => ({ strike: 'meanwhile', boundary, what: 'the request is deleted' }),
  },
  {
    name: 'a reboot whose policy is swapped, then killed',
    flow: reboot,
    at: (boundary) => ({ strike: 'meanwhile', boundary, what: 'the policy is swapped' }),
  },
  {
    name: 'a reboot whose hang passes by itself, then killed',
    flow: reboot,
    at: (boundary) => ({ strike: 'meanwhile', boundary, what: 'the hang passes by itself' }),
  },
];

describe.each(FIRST)('$name', ({ flow: flowOf, at }) => {
  const flow = flowOf();
  const base = ending(flow);

  test('it ends well at every pair of points', ({ task }) => {
    let struck = 0;
    const violations: string[] = [];
    for (const first of loudFrom(base.run.points.boundaries, 1)) {
      const once = ending(flow, at(first)).run.points;
      for (const boundary of loudFrom(once.boundaries, first + 1)) {
        const second: Strike = { ...DIES, boundary };
        const { wrong } = ending(flow, at(first), second);
        struck++;
        if (wrong.length > 0) violations.push(`${first}, then ${strikeText(second, once)}: ${wrong.join('; ')}`);
      }
    }
    task.meta.crashPoints = { struck, hold: struck - violations.length };
    expect(violations).toEqual([]);
  });
});

/** Boundaries from this one on that follow something that stays. */
function loudFrom(boundaries: readonly { readonly isQuiet: boolean }[], from: number): readonly number[] {
  return boundaries.flatMap(({ isQuiet }, i) => (isQuiet || i + 1 < from ? [] : [i + 1]));
}
