// docs/fake-bmc.md does what it says: its flags are those of the command, its files are accepted, its requests are answered, and its
// program runs against the built package.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCredentials } from '../../cli/bmc-credentials.ts';
import { Control } from '../../fake-bmc/control/control.ts';
import { controlApp } from '../../fake-bmc/control/service.ts';
import { configOf, plainHosts } from '../../fake-bmc/plain-hosts.ts';
import { SimulatedHosts } from '../../fake-bmc/simulated-hosts.ts';
import { metaltwin } from '../cli/captured-console.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { CREDENTIALS } from '../kit/served-world.ts';
import { withTexts } from '../kit/written-study.ts';
import { ROOT } from '../tidy/sources.ts';

const PAGE = readFileSync(join(ROOT, 'docs/fake-bmc.md'), 'utf8');

function block(kind: string): string {
  const found = new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`the page has a block ${kind}`);
  return found;
}

describe('the page about fake BMCs', () => {
  test('names the flags of the command, and no other', async () => {
    const { out } = await metaltwin('bmc', '--help');
    const flags = (text: string) => new Set(text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []);
    const ofCommand = flags(out);
    const ofOthers = ['--ssl-insecure', '--sushy-tools', '--username', '--ip', '--ipport'];
    const unknown = [...flags(PAGE)].filter((flag) => !ofCommand.has(flag) && !ofOthers.includes(flag));
    expect(unknown).toEqual([]);
    const elsewhere = ['--help', '--ascii', '--no-color', '--quiet', '--output', '--seed'];
    expect([...ofCommand].filter((flag) => !PAGE.includes(flag) && !elsewhere.includes(flag))).toEqual([]);
  });

  test('has a file of credentials that is accepted', () => {
    const place = { file: 'command line', line: 1, column: 1 };
    const reader = withTexts({ 'credentials.yaml': block('yaml credentials') });
    const read = readCredentials('credentials.yaml', ['host-0', 'host-2'], { reader, place });
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    expect([read.credentialsOf('host-0').user, read.credentialsOf('host-2').user]).toEqual(['admin', 'root']);
  });

  test('has a scenario that is served', () => {
    const config = configOf(block('yaml scenario'));
    if ('problems' in config) throw new Error(JSON.stringify(config.problems));
    const hosts = new SimulatedHosts(config, {
      ...{ profile: 'generic', speed: 1, clock: new ManualClock(0), credentialsOf: () => CREDENTIALS },
    });
    expect(hosts.hosts.map(({ name, profile }) => `${name} ${profile.name}`)).toEqual([
      'db-0 supermicro',
      'db-1 hpe-ilo5',
    ]);
  });

  test('has requests that the control API takes', async () => {
    const hosts = new SimulatedHosts(plainHosts(3), {
      ...{ profile: 'generic', speed: 1, clock: new ManualClock(0), credentialsOf: () => CREDENTIALS },
    });
    const app = await controlApp(hosts, new Control(hosts), '0');
    for (const line of block('http').trim().split('\n')) {
      const [, method = '', url = '', payload] = /^(\w+) (\S+) ?(.*)$/.exec(line) ?? [];
      const headers = { host: 'localhost', ...(payload === '' ? {} : { 'content-type': 'application/json' }) };
      const asked = { method: method as 'GET', url, headers, ...(payload ? { payload } : {}) };
      const { statusCode, body } = await app.inject(asked);
      expect([line, statusCode < 300 ? 'taken' : body]).toEqual([line, 'taken']);
    }
  });
});
