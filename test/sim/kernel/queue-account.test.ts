// Little's law: what is there over time and how long each stayed are counted apart, and are the same.

import { describe, expect, test } from 'vitest';
import { QueueAccount, type Stay } from '../../../sim/kernel/queue-account.ts';
import { fc } from '../../kit/property.ts';

describe('queue account', () => {
  test('one that is served, one that is not, one that is still there', () => {
    const clock = { nowMs: 1000 };
    const account = new QueueAccount(clock);
    const at = (ms: number): void => {
      clock.nowMs = 1000 + ms;
    };
    at(10);
    const first = account.enter();
    at(20);
    const second = account.enter();
    account.serve(first);
    at(50);
    account.leave(second);
    at(60);
    account.leave(first);
    at(90);
    account.enter();
    at(100);
    expect(account.figures()).toEqual({
      forMs: 100,
      entered: 3,
      served: 1,
      withdrawn: 1,
      inSystemMs: 50 + 30 + 10,
      waitingMs: 10 + 30 + 10,
      emptyMs: 10 + 30,
      stayedMs: 50 + 30 + 10,
      waitedMs: 10 + 30 + 10,
      longestWaitMs: 30,
      mostWaiting: 2,
    });
  });

  test('holds whatever happens', () => {
    const steps = fc.array(
      fc.record({ afterMs: fc.nat(1000), what: fc.constantFrom('enter', 'serve', 'leave'), which: fc.nat() }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (rows) => {
        const clock = { nowMs: 0 };
        const account = new QueueAccount(clock);
        let here: Stay[] = [];
        for (const { afterMs, what, which } of rows) {
          clock.nowMs += afterMs;
          const chosen = here[which % Math.max(1, here.length)];
          if (what === 'enter') here.push(account.enter());
          else if (chosen === undefined) continue;
          else if (what === 'leave') {
            account.leave(chosen);
            here = here.filter((stay) => stay !== chosen);
          } else if (chosen.servedSinceMs < 0) account.serve(chosen);
        }
        const { inSystemMs, stayedMs, waitingMs, waitedMs, entered, served, withdrawn } = account.figures();
        expect([inSystemMs, waitingMs, entered]).toEqual([stayedMs, waitedMs, served + withdrawn + here.length]);
      }),
    );
  });
});
