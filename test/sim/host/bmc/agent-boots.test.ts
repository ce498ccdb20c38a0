// What a provisioner's one-time boot source becomes on controllers with their own ideas of it: the agent boots, or the old system does,
// or nothing, and the deployment ends accordingly.

import { describe, expect, test } from 'vitest';
import type { BmcModelConfig } from '../../../../sim/config.ts';
import { BmcProbe, modelOf } from '../../../kit/bmc-probe.ts';

/** Deploys without cleaning and says how that ended, and what the host does ten minutes later. */
function deploy(probe: BmcProbe, operationId = 'deploy'): string {
  const { nowMs } = probe.kernel;
  let text = 'no end';
  probe.provisioner.provision(probe.key, 'disabled', operationId, (end, atMs) => {
    text = `${end.kind}${end.kind === 'succeeded' ? '' : `: ${end.message}`} after ${Math.round((atMs - nowMs) / 1000)} s`;
  });
  probe.wait(2400);
  return `${text}, then ${probe.stage()}`;
}

const DONE = 'succeeded after 330 s, then up';
const REFUSED = 'failed: the BMC refused the boot device after 60 s, then up';
const LOST = 'failed: timeout reached while waiting for callback after 1800 s';

describe('the deploy agent', () => {
  test.each<{
    readonly given: string;
    readonly bmc: Partial<BmcModelConfig>;
    readonly expected: string;
  }>([
    { given: 'a plain controller', bmc: {}, expected: DONE },
    {
      given: 'quirk Q8, of a make that nobody knows for it: the new system is not found',
      bmc: { quirks: ['boot-mode-resets'] },
      expected: 'succeeded after 330 s, then stuck',
    },
    { given: 'quirk Q8, of a make whose mode is always named', bmc: { profile: 'supermicro' }, expected: DONE },
    {
      given: 'quirk Q12: the old system boots, and nobody calls back',
      bmc: { quirks: ['boot-once-ignored'] },
      expected: `${LOST}, then up`,
    },
    {
      given: 'quirk Q13, of a make that nobody knows for it',
      bmc: { quirks: ['boot-needs-all-fields'] },
      expected: REFUSED,
    },
    { given: 'quirk Q13, of a make that is known for it', bmc: { profile: 'ami-megarac' }, expected: DONE },
    { given: 'quirk Q7: the mode is not named, and not missed', bmc: { profile: 'hpe-ilo5' }, expected: DONE },
    {
      given: 'quirk Q46: too late for this start',
      bmc: { quirks: ['boot-job-too-late'] },
      expected: `${LOST}, then up`,
    },
  ])('$given', ({ bmc, expected }) => {
    expect(deploy(new BmcProbe(modelOf(bmc)))).toBe(expected);
  });

  test('quirk Q46: the override that came too late takes the next start', () => {
    const probe = new BmcProbe(modelOf({ quirks: ['boot-job-too-late'] }));
    deploy(probe);
    probe.command('off');
    probe.command('on');
    // An agent runs, and nobody waits for it.
    expect([probe.stage(), probe.fleet.host(0).bootProgress]).toEqual(['stuck', 'osRunning']);
  });

  test('quirk Q44: the fourth deployment in a row meets a screen that asks what to do', () => {
    const probe = new BmcProbe(modelOf({ quirks: ['boot-restoration-screen'] }));
    expect(['one', 'two', 'three', 'four', 'five'].map((id) => deploy(probe, id))).toEqual([
      DONE,
      DONE,
      DONE,
      `${LOST}, then stuck`,
      DONE,
    ]);
  });

  test('quirk Q5: a host that is just starting takes no boot source', () => {
    const probe = new BmcProbe(modelOf({ quirks: ['boot-refused-during-post'] }));
    probe.command('off');
    probe.reset('On');
    probe.wait(10);
    expect([probe.stage(), deploy(probe)]).toEqual(['firmware', REFUSED]);
  });
});
