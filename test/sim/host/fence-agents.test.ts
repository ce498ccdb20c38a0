// Fence agents of the simulator: how long they take, what they make of a management controller that is slow, silent or
// elsewhere, and whom an address means.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { SECRET } from '../../../core/api/secret.ts';
import type { FenceCommand } from '../../../core/ports/fence-agents.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { type AgentOptions, readOptions } from '../../../sim/host/fence-agent-options.ts';
import { SimulatedFenceAgents } from '../../../sim/host/fence-agents.ts';
import { HOSTS_BY_MANAGEMENT_ADDRESS, hostBehind, managementAddress } from '../../../sim/host/management-address.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { aHost } from '../../kit/host-objects.ts';
import { SimpleBmc, type SimpleBmcOptions } from '../../kit/simple-bmc.ts';

const NAMESPACE = 'metal';
const HOST = { namespace: NAMESPACE, name: 'a' };

interface Given {
  readonly agent?: string;
  readonly action?: FenceCommand['action'];
  readonly parameters?: FenceCommand['parameters'];
  readonly bmc?: Partial<SimpleBmcOptions>;
  readonly silent?: boolean;
  readonly starts?: 'on' | 'off';
  readonly timeoutMs?: number;
  readonly secrets?: Pick<FenceCommand, 'sharedSecret' | 'nodeSecret'>;
}

function emptyStore(kernel: Kernel): ObjectStore {
  const store = new ObjectStore(kernel, new Draws(rootKey('fence'), 0).stream('api-server', 'names'));
  for (const kind of [BARE_METAL_HOST, SECRET]) store.register(kind, { statusSubresource: true });
  return store;
}

/** What one run came to: its end, when, the power at that instant, and afterwards. */
function runOf(given: Given): object {
  const kernel = new Kernel(0);
  const store = emptyStore(kernel);
  const secret = (name: string, data: Readonly<Record<string, string>>) =>
    Object.assign(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'n', uid: name, resourceVersion: '1' } },
      { data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)])) },
    );
  store.load([
    aHost('a', 'provisioned', {
      namespace: NAMESPACE,
      spec: { bmc: { address: 'redfish://192.0.2.1/redfish/v1/Systems/1' } },
    }),
    secret('shared', { '--ip': '{{.NodeName}}.example.com', '--username': 'admin', '--password': 'p' }),
    secret('own', { '--ip': '192.0.2.1' }),
  ]);
  const options = { powerOffMs: 5_000, powerOnMs: 5_000, answerMs: 0, timeoutMs: 30_000, ...given.bmc };
  const bmc = new SimpleBmc(kernel, options, () => undefined);
  if (given.starts !== undefined) bmc.setTruth(HOST, given.starts);
  if (given.silent === true) bmc.setReachable(HOST, false);
  const seen: object[] = [];
  new SimulatedFenceAgents(kernel, store, bmc).start(
    {
      node: 'node-a',
      agent: given.agent ?? 'fence_ipmilan',
      action: given.action ?? 'reboot',
      parameters: given.parameters ?? { '--ip': '192.0.2.1', '--lanplus': '' },
      timeoutMs: given.timeoutMs ?? 600_000,
      operationId: 'x',
      ...given.secrets,
    },
    (end) => seen.push({ end: end.kind, afterMs: kernel.nowMs, power: bmc.power(HOST) }),
  );
  kernel.runUntil(1_000_000);
  return { ...seen[0], runs: seen.length, finally: bmc.power(HOST) };
}

const REDFISH = { '--ip': '192.0.2.1', '--username': 'admin', '--password': 'p', '--ssl-insecure': '' };

describe('one run', () => {
  test.each<{ title: string; given: Given; gives: object }>([
    {
      title: 'fence_ipmilan: a look, off, 2 s, looks a second apart until off; the same for on',
      given: {},
      gives: { end: 'succeeded', afterMs: 12_530, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'fence_redfish does not wait before it looks',
      given: { agent: 'fence_redfish', parameters: REDFISH },
      gives: { end: 'succeeded', afterMs: 10_990, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'museum R18: method cycle reports success while the host is still on',
      given: { parameters: { '--ip': '192.0.2.1', '--method': 'cycle' } },
      gives: { end: 'succeeded', afterMs: 2_460, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'museum R18: also where the power never goes off',
      given: { parameters: { '--ip': '192.0.2.1', '--method': 'cycle' }, bmc: { powerOffMs: 2_000_000 } },
      gives: { end: 'succeeded', afterMs: 2_460, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'a host that takes longer to go off than the agent looks: it fails, and the host goes off all the same',
      given: { bmc: { powerOffMs: 40_000 } },
      gives: { end: 'failed', afterMs: 27_060, power: 'on', runs: 1, finally: 'off' },
    },
    {
      title: 'unless it is given the time',
      given: { bmc: { powerOffMs: 40_000 }, parameters: { '--ip': '192.0.2.1', '--power-timeout': '60' } },
      gives: { end: 'succeeded', afterMs: 46_970, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'a host that does not come on again was fenced all the same',
      given: { bmc: { powerOnMs: 2_000_000 } },
      gives: { end: 'succeeded', afterMs: 33_210, power: 'off', runs: 1, finally: 'off' },
    },
    {
      title: 'a silent controller: ipmitool has 20 s',
      given: { silent: true },
      gives: { end: 'failed', afterMs: 20_000, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'a silent controller: fence_redfish waits until its connection fails',
      given: { silent: true, agent: 'fence_redfish', parameters: REDFISH },
      gives: { end: 'failed', afterMs: 127_000, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'and is killed before that where its time is shorter',
      given: { silent: true, agent: 'fence_redfish', parameters: REDFISH, timeoutMs: 60_000 },
      gives: { end: 'unknown', afterMs: 60_000, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'a delay comes first, and a second with it',
      given: { starts: 'off', action: 'off', parameters: { '--ip': '192.0.2.1', '--delay': '10' } },
      gives: { end: 'succeeded', afterMs: 11_230, power: 'off', runs: 1, finally: 'off' },
    },
    {
      title: 'another system of a controller that exists',
      given: { agent: 'fence_redfish', parameters: { ...REDFISH, '--systems-uri': '/redfish/v1/Systems/2' } },
      gives: { end: 'failed', afterMs: 100, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: 'options from both Secrets: the one of the node wins',
      given: {
        agent: 'fence_redfish',
        action: 'status',
        parameters: {},
        secrets: {
          sharedSecret: { namespace: 'n', name: 'shared' },
          nodeSecret: { namespace: 'n', name: 'own' },
        },
      },
      gives: { end: 'succeeded', afterMs: 230, power: 'on', runs: 1, finally: 'on' },
    },
    {
      title: "the node's name in a shared Secret: nobody answers there",
      given: { agent: 'fence_redfish', parameters: {}, secrets: { sharedSecret: { namespace: 'n', name: 'shared' } } },
      gives: { end: 'failed', afterMs: 127_000, power: 'on', runs: 1, finally: 'on' },
    },
  ])('$title', ({ given, gives }) => {
    expect(runOf(given)).toEqual(gives);
  });
});

describe('options', () => {
  const REDFISH_LOGIN = { '--ip': 'b', '--username': 'u', '--password': 'p' };
  test.each([
    ['fence_apc', { '--ip': 'b' }, 'fence_apc finds no device of its kind'],
    ['fence_ipmilan', {}, 'Failed: You have to enter fence address'],
    ['fence_ipmilan', { '--ip': 'b', '--plug': '1' }, 'Parse error: option --plug not recognized'],
    ['fence_ipmilan', { '--ip': 'b', '--lanplus': '1' }, 'Parse error: option --lanplus must not have an argument'],
    ['fence_ipmilan', { '--ip': '' }, 'Parse error: option --ip requires argument'],
    [
      'fence_ipmilan',
      { '--ip': 'b', '--power-timeout': '1m' },
      'Failed: The value you have entered for --power-timeout is not a valid time in seconds',
    ],
    [
      'fence_ipmilan',
      { '--ip': 'b', '--method': 'both' },
      'Failed: You have to enter a valid choice for --method from the valid values: onoff, cycle',
    ],
    ['fence_redfish', { '--ip': 'b', '--password': 'p' }, 'Failed: You have to set login name'],
    ['fence_redfish', { '--ip': 'b', '--username': 'u' }, 'Failed: You have to enter password or password script'],
    ['fence_redfish', { ...REDFISH_LOGIN, '--method': 'cycle' }, 'Parse error: option --method not recognized'],
  ])('%s %o: %s', (agent, options, problem) => {
    expect(readOptions(agent, options)).toEqual({ kind: 'usage', problem });
  });

  test.each<[string, FenceCommand['parameters'], Partial<AgentOptions>]>([
    [
      'fence_ipmilan',
      { '--ip': 'BMC-1', lanplus: '' },
      {
        family: 'ipmi',
        address: 'bmc-1',
        port: 623,
        method: 'onoff',
        powerTimeoutMs: 20_000,
        powerWaitMs: 2_000,
        statusSleepMs: 1_000,
        retryOn: 1,
        delayMs: 0,
      },
    ],
    ['fence_ilo3', { '--ip': 'b' }, { powerWaitMs: 4_000 }],
    ['fence_ipmilan', { '--ip': 'b', '--disable-timeout': 'true' }, { powerTimeoutMs: 0 }],
    ['fence_ipmilan', { '--ip': 'b', '--method': 'CYCLE', '--ipport': '6230' }, { method: 'cycle', port: 6230 }],
    ['fence_redfish', REDFISH_LOGIN, { family: 'redfish', port: 443, powerWaitMs: 0 }],
    ['fence_redfish', { ...REDFISH_LOGIN, '--ip': 'b:8000' }, { address: 'b', port: 8000 }],
  ])('%s %o', (agent, options, gives) => {
    expect(readOptions(agent, options)).toMatchObject({ kind: 'options', options: gives });
  });
});

describe('addresses', () => {
  test.each([
    ['redfish-virtualmedia://10.0.0.1/redfish/v1/Systems/1', 'redfish', '10.0.0.1', 443, '/redfish/v1/Systems/1'],
    [
      'idrac-virtualmedia://BMC.example.com/redfish/v1/Systems/System.Embedded.1/',
      'redfish',
      'bmc.example.com',
      443,
      '/redfish/v1/Systems/System.Embedded.1',
    ],
    ['redfish+http://10.0.0.1:8000/redfish/v1/Systems/a', 'redfish', '10.0.0.1', 8000, '/redfish/v1/Systems/a'],
    ['redfish+http://10.0.0.1/redfish/v1/Systems/a', 'redfish', '10.0.0.1', 80, '/redfish/v1/Systems/a'],
    ['ipmi://192.168.111.1:6230', 'ipmi', '192.168.111.1', 6230, ''],
    ['ipmi://[fd00::1]', 'ipmi', 'fd00::1', 623, ''],
    ['10.0.0.1', 'ipmi', '10.0.0.1', 623, ''],
  ])('%s', (text, protocol, host, port, path) => {
    expect(managementAddress(text)).toEqual({ protocol, host, port, path });
  });

  const store = emptyStore(new Kernel(0));
  store.addIndex(HOSTS_BY_MANAGEMENT_ADDRESS);
  const hosts = [
    ['a', 'ipmi://192.0.2.1:6230'],
    ['b', 'ipmi://192.0.2.1:6231'],
    ['c', 'redfish://192.0.2.2/redfish/v1/Systems/1'],
    ['d', 'redfish://192.0.2.2/redfish/v1/Systems/2'],
    ['e', 'redfish://192.0.2.3/redfish/v1/Systems/1'],
    ['f', 'redfish://BMC-F.example.com/redfish/v1/Systems/1'],
    ['without an address', ''],
  ].map(([name = '', address = '']) =>
    aHost(name, 'provisioned', { namespace: NAMESPACE, spec: { bmc: { address } } }),
  );
  store.load(hosts);
  const login = { '--username': 'u', '--password': 'p' };

  test.each<[string, string, FenceCommand['parameters'], string]>([
    ['one of two behind one address, by its port', 'fence_ipmilan', { '--ip': '192.0.2.1', '--ipport': '6231' }, 'b'],
    ['no IPMI at the usual port of that address', 'fence_ipmilan', { '--ip': '192.0.2.1' }, 'nobody'],
    ['IPMI of a controller that is known by Redfish', 'fence_ipmilan', { '--ip': '192.0.2.3' }, 'e'],
    [
      'one of two systems',
      'fence_redfish',
      { ...login, '--ip': '192.0.2.2', '--systems-uri': '/redfish/v1/Systems/1/' },
      'c',
    ],
    ['the last system where none is named', 'fence_redfish', { ...login, '--ip': '192.0.2.2' }, 'd'],
    [
      'a system that is not there',
      'fence_redfish',
      { ...login, '--ip': '192.0.2.2', '--systems-uri': '/redfish/v1/Systems/9' },
      'no-such-system',
    ],
    ['a name, in any case', 'fence_ipmilan', { '--ip': 'bmc-f.EXAMPLE.com' }, 'f'],
    ['an address that is not there', 'fence_redfish', { ...login, '--ip': '192.0.2.9' }, 'nobody'],
  ])('%s', (_title, agent, parameters, found) => {
    const read = readOptions(agent, parameters);
    const behind = read.kind === 'options' ? hostBehind(read.options, store) : undefined;
    expect(behind?.kind === 'host' ? behind.key.name : behind?.kind).toBe(found);
  });
});
