// What our Redfish client makes of controllers that refuse, lie, vanish and spell otherwise: each row a controller with one quirk, what is
// asked of it, and every end that is told.

import { afterEach, describe, expect, test } from 'vitest';
import type { QuirkName } from '../../sim/host/bmc/quirks.ts';
import type { BmcRig } from '../contract/bmc.contract.ts';
import { type RedfishRigOptions, redfishRig } from '../kit/redfish-wire.ts';

const rigs: BmcRig[] = [];

async function rigOf(options: RedfishRigOptions): Promise<BmcRig> {
  const rig = await redfishRig(options);
  rigs.push(rig);
  return rig;
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

/** `off`, `soft off` and `on` switch; `read` reads. Each gives one text, and the next waits for it. */
type Step = 'off' | 'soft off' | 'on' | 'read';

async function told(rig: BmcRig, steps: readonly Step[]): Promise<readonly string[]> {
  const words: string[] = [];
  for (const [index, step] of steps.entries()) {
    const startMs = rig.nowMs;
    const after = (atMs: number): string => `after ${Math.round((atMs - startMs) / 1000)} s`;
    if (step === 'read') {
      rig.bmc.observePower(rig.host, ({ power, readAtMs }) => words.push(`${power} ${after(readAtMs)}`));
    } else {
      const power = step === 'on' ? 'on' : 'off';
      const command = { host: rig.host, power, mode: step === 'soft off' ? 'soft' : 'hard' } as const;
      rig.bmc.setPower({ ...command, operationId: `step ${index}` }, (end, atMs) => {
        words.push([end.kind, ...('message' in end ? [end.message] : []), after(atMs)].join(' '));
      });
    }
    for (let seconds = 0; words.length === index && seconds < 300; seconds++) await rig.wait(1000);
  }
  return words;
}

describe('our Redfish client', () => {
  const rows: readonly [QuirkName, readonly Step[], readonly string[]][] = [
    // A host that nothing is wrong with is off after 6 s and on after 6 s.
    ['on-while-on-refused', ['on'], ['succeeded after 1 s']],
    ['extended-info-is-object', ['on'], ['succeeded after 1 s']],
    ['reset-while-off-refused', ['off', 'off'], ['succeeded after 6 s', 'succeeded after 0 s']],
    ['on-refused-after-off', ['off', 'on'], ['succeeded after 6 s', 'succeeded after 67 s']],
    ['second-change-refused', ['off', 'on'], ['succeeded after 6 s', 'succeeded after 26 s']],
    ['busy-after-change', ['off', 'read', 'on'], ['succeeded after 6 s', 'off after 0 s', 'succeeded after 26 s']],
    ['force-off-ignored', ['off', 'read'], ['unknown the host is not off after 60 s after 61 s', 'on after 0 s']],
    ['says-on-while-off', ['off', 'read'], ['unknown the host is not off after 60 s after 61 s', 'on after 0 s']],
    ['lockdown-ignores-resets', ['off'], ['unknown the host is not off after 60 s after 61 s']],
    [
      'closes-kept-alive',
      ['off', 'read', 'on', 'read'],
      ['succeeded after 6 s', 'off after 0 s', 'succeeded after 6 s', 'on after 0 s'],
    ],
  ];

  test.each(rows)('%s: %j', async (quirk, steps, expected) => {
    expect(await told(await rigOf({ model: { quirks: [quirk] } }), steps)).toEqual(expected);
  });

  test('a system whose firmware is written says so as long as it is, and no longer', async () => {
    const update = { name: 'update', atMs: 60_000, fault: 'firmwareUpdate', target: 'a1', forMs: 1_200_000 } as const;
    const rig = await rigOf({ change: { script: [update] } });
    const startMs = rig.nowMs;
    const told: string[] = [];
    for (const minute of [0, 5, 20, 25]) {
      await rig.wait(startMs + minute * 60_000 - rig.nowMs);
      rig.bmc.observePower(rig.host, ({ isUpdating, bootProgress }) =>
        told.push(`${minute} min: ${bootProgress}${isUpdating === true ? ', is updated' : ''}`),
      );
      await rig.wait(1_000);
    }
    expect(told).toEqual([
      '0 min: osRunning',
      '5 min: firmware, is updated',
      '20 min: firmware, is updated',
      '25 min: osRunning',
    ]);
  });

  test('a wrong password is a refusal', async () => {
    const rig = await rigOf({ credentials: { user: 'root', password: 'guess' } });
    expect(await told(rig, ['off', 'read'])).toEqual([
      'failed 401: The request needs a valid session, or a valid name and password. after 0 s',
      'unreachable after 0 s',
    ]);
  });

  test('a certificate that nobody vouches for ends the conversation', async () => {
    const [off, read] = await told(await rigOf({ trusts: false }), ['off', 'read']);
    expect(off).toMatch(/^unknown BMC did not answer: self-signed certificate/);
    expect(read).toBe('unreachable after 0 s');
  });
});
