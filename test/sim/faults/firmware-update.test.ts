// A firmware update of which nobody told the cluster: it holds the power for twenty minutes, and each remediation system comes for the host.

import { describe, expect, test } from 'vitest';
import { type BmcStory, bmcStory, bmcStudy, brokenInvariants, storyLines } from '../../kit/bmc-story.ts';
import { MINUTE_MS } from '../../kit/hang-study.ts';

const study = bmcStudy();

const UPDATE = {
  name: 'update',
  atMs: 5 * MINUTE_MS,
  fault: 'firmwareUpdate',
  target: 'worker-1',
  forMs: 20 * MINUTE_MS,
} as const;

/** How often its power was refused and cut, and when it served again for good. */
function outcome(story: BmcStory) {
  const power = storyLines(story, 'power');
  const { pages, humanRepairs } = story.world.observer;
  return {
    refused: power.filter((line) => line.endsWith('power off: failed')).length,
    cut: storyLines(story, 'host').filter((line) => line.includes('power off')),
    pages,
    humanRepairs,
    broken: brokenInvariants(story),
  };
}

const QUIET = { pages: 0, humanRepairs: 0, broken: [] };

describe('a firmware update that nobody announced', () => {
  test.each([
    // The BMC says that firmware is written, and of what boots after that: it leaves the host alone.
    { system: 'own', expected: { ...QUIET, refused: 0, cut: [] } },
    // The host operator is refused and backs off; the wish outlives the update, and the host that is back is rebooted.
    {
      system: 'machine-health-check',
      expected: { ...QUIET, refused: 4, cut: ['29:19 power off (remediation)'], pages: 1 },
    },
    {
      system: 'metal3-remediation',
      expected: {
        ...QUIET,
        refused: 4,
        cut: ['29:19 power off (remediation)', '29:40 power off (remediation)'],
        pages: 1,
      },
    },
    // It gives up, and the host comes back by itself.
    { system: 'fence-agents', expected: { ...QUIET, refused: 5, cut: [] } },
  ] as const)('$system', ({ system, expected }) => {
    expect(outcome(bmcStory(study, system, { fault: 'none', script: [UPDATE] }))).toEqual(expected);
  });

  test('the refusal is in the answer of a modelled controller, too, and in what the operator says', () => {
    const story = bmcStory(study, 'machine-health-check', { fault: 'none', script: [UPDATE], bmc: {} });
    expect(outcome(story)).toMatchObject({ refused: 4, pages: 1, broken: [] });
    const told = story.entries.map(({ text }) => text).filter((text) => text.includes('ResourceInUse'));
    expect(new Set(told)).toEqual(
      new Set([
        'bare-metal-host: PowerManagementError: BMC refused: 409 ResourceInUse',
        'bare-metal-host: Switching the host off failed: BMC refused: 409 ResourceInUse',
      ]),
    );
  });

  test('a host that is down has it at its next boot', () => {
    const off = { name: 'off', atMs: 1 * MINUTE_MS, fault: 'outletLoss', target: 'worker-1' } as const;
    const story = bmcStory(study, 'fence-agents', {
      fault: 'none',
      script: [{ ...off, forMs: 10 * MINUTE_MS }, UPDATE],
    });
    expect(storyLines(story, 'host').filter((line) => line.includes('boots'))).toEqual([
      expect.stringMatching(/^11:\d\d boots \(feed\)$/),
      '25:00 boots (self)',
    ]);
  });
});
