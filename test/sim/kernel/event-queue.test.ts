// The heap against a sorted list: any mix of pushes, removals and sweeps.

import { expect, test } from 'vitest';
import { EventQueue } from '../../../sim/kernel/event-queue.ts';
import { fc } from '../../kit/property.ts';

interface Entry {
  readonly time: number;
  readonly order: number;
  readonly slot: number;
}

test('entries come out by time, then order, whatever was pushed, removed or swept in between', () => {
  const command = fc.oneof(
    { weight: 6, arbitrary: fc.record({ push: fc.nat(20) }) },
    { weight: 4, arbitrary: fc.constant('pop' as const) },
    { weight: 1, arbitrary: fc.record({ keepOneOf: fc.integer({ min: 2, max: 4 }) }) },
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 400 }), (commands) => {
      const queue = new EventQueue();
      let model: Entry[] = [];
      let order = 0;
      for (const one of commands) {
        if (one === 'pop') {
          if (model.length === 0) continue;
          queue.pop();
          model.shift();
        } else if ('push' in one) {
          order += 1;
          queue.push(one.push, order, order);
          model.push({ time: one.push, order, slot: order });
          model.sort((a, b) => a.time - b.time || a.order - b.order);
        } else {
          queue.retain((slot) => slot % one.keepOneOf === 0);
          model = model.filter(({ slot }) => slot % one.keepOneOf === 0);
        }
        expect([queue.size, queue.firstTime]).toEqual([model.length, model[0]?.time ?? Infinity]);
        if (model[0] !== undefined) expect(queue.firstSlot).toBe(model[0].slot);
      }
      for (const { slot } of model) {
        expect(queue.firstSlot).toBe(slot);
        queue.pop();
      }
      expect([queue.size, queue.firstTime]).toEqual([0, Infinity]);
    }),
    { numRuns: 300 },
  );
});
