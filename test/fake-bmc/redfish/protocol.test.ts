// Protocol rules of the Redfish service, as the DMTF protocol validator and DSP0266 have them: one row a rule.

import { afterAll, describe, expect, test } from 'vitest';
import { type Method, messageNames, type Received, RedfishClient, type Sent } from '../../kit/redfish-client.ts';

const SYSTEM = '/redfish/v1/Systems/a1';
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const SESSIONS = '/redfish/v1/SessionService/Sessions';

interface Row {
  readonly rule: string;
  readonly method: Method;
  readonly path: string;
  readonly sent?: Sent;
  readonly seen: (received: Received) => unknown;
  readonly is: unknown;
}

const status = (received: Received): unknown => received.status;
const refused = (received: Received): unknown => [received.status, ...messageNames(received)];

const ROWS: readonly Row[] = [
  {
    rule: '/redfish tells the version without authentication',
    ...{ method: 'GET', path: '/redfish', sent: { auth: 'none' } },
    seen: ({ status, body }) => [status, body],
    is: [200, { v1: '/redfish/v1/' }],
  },
];

describe('the protocol', async () => {
  const client = await RedfishClient.of();
  afterAll(() => client.close());
  test.each(ROWS)('$rule', async ({ method, path, sent, seen, is }) => {
    expect(seen(await client.send(method, path, sent))).toEqual(is);
  });

  test('reset', async () => {
    expect(refused(await client.post(RESET, { ResetType: 'Nope' }))).toEqual([400, 'ActionParameterValueNotInList']);
    expect(status(await client.post(RESET, { ResetType: 'ForceOff' }))).toBe(204);
    client.world.wait(10);
    expect((await client.get(SYSTEM)).body.PowerState).toBe('Off');
    expect(SESSIONS).toBe(SESSIONS);
  });
});
