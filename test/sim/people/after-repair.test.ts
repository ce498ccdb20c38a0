// What a person sets right at the desk of a host that is sound.

import { expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { ANNOTATION_UNHEALTHY_HOST, UNHEALTHY_HOST } from '../../../core/remediation/names.ts';
import { hangRun, hangStudy } from '../../kit/hang-study.ts';
import { metal3Remediation } from '../../kit/remediation-manifests.ts';

test('the mark of a remediation that gave up waits for a person, who takes it off: no Machine takes the host before', () => {
  const { afterRepair, fleet, store } = hangRun(hangStudy(metal3Remediation(120, 1)), []).world;
  const host = 1;
  const key = fleet.host(host).config;
  const mark = () => store.get(BARE_METAL_HOST, key)?.metadata.annotations?.[ANNOTATION_UNHEALTHY_HOST];
  const states = [{ wanted: afterRepair.wanted(host), mark: mark() }];
  const annotations = { [ANNOTATION_UNHEALTHY_HOST]: UNHEALTHY_HOST };
  store.patch(BARE_METAL_HOST, key, { metadata: { annotations } }, { subresource: 'main' });
  states.push({ wanted: afterRepair.wanted(host), mark: mark() });
  afterRepair.perform(host);
  states.push({ wanted: afterRepair.wanted(host), mark: mark() });
  expect(states).toEqual([
    { wanted: false, mark: undefined },
    { wanted: true, mark: UNHEALTHY_HOST },
    { wanted: false, mark: undefined },
  ]);
});
