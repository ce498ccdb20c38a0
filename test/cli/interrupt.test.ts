import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { interruptible, type SignalSource } from '../../cli/interrupt.ts';

class Signals extends EventEmitter implements SignalSource {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

const SILENT = {
  out: () => undefined,
  endOut: () => undefined,
  err: () => undefined,
  width: 80,
  outIsTerminal: false,
  errIsTerminal: false,
  environment: {},
};

describe('interruption of a study', () => {
  const rows = [
    { title: 'none', given: [], expected: { aborted: false, code: undefined, exits: [] } },
    { title: 'Ctrl-C once', given: ['SIGINT'], expected: { aborted: true, code: EXIT.interrupted, exits: [] } },
    {
      title: 'Ctrl-C twice',
      given: ['SIGINT', 'SIGINT'],
      expected: { aborted: true, code: EXIT.interrupted, exits: [EXIT.interrupted] },
    },
    { title: 'terminated', given: ['SIGTERM'], expected: { aborted: true, code: EXIT.terminated, exits: [] } },
  ];
  for (const { title, given, expected } of rows) {
    test(title, async () => {
      const signals = new Signals();
      const seen = await interruptible(SILENT, signals, async ({ signal, code }) => {
        for (const name of given) signals.emit(name);
        return { aborted: signal.aborted, code: code() };
      });
      expect({ ...seen, exits: signals.exits }).toEqual(expected);
    });
  }

  test('nobody listens afterwards, also when the work failed', async () => {
    const signals = new Signals();
    await expect(interruptible(SILENT, signals, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect([signals.listenerCount('SIGINT'), signals.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });
});
