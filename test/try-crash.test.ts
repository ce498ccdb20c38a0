import { test } from 'vitest';
import { ending, strikeAll, type Family } from './kit/crash/crash-points.ts';
import * as flows from './kit/crash/flows.ts';
test('x', () => {
  const flow = flows.reboot();
  let t = performance.now();
  const base = ending(flow, undefined);
  console.log('base', base.wrong, performance.now() - t, base.run.world.kernel.processed);
  console.log(base.run.points.boundaries.map((b, i) => `${i + 1} ${b.text}`).join('\n'), base.run.points.requests.length, base.run.points.events.length, base.run.points.readings.length);
  console.log(base.invariants.filter(i => i.exercised > 0 || i.verdict !== true).map(i => `${i.id} ${i.verdict} ${i.exercised}`).join(', '));
  for (const f of ['killed for 1 s', 'killed for 5 min', 'reply lost', 'reply lost and killed', 'request lost', 'reading lost', 'two actors', 'late request of a former leader', 'stale by 60 s', 'no memory','event lost','event doubled'] as Family[]) {
    t = performance.now();
    const [r] = strikeAll(flow, base, [f]);
    console.log(f, r!.points, r!.violations.length, `${((performance.now() - t) / r!.points).toFixed(1)} ms each`, r!.violations.slice(0, 6));
  }
});
