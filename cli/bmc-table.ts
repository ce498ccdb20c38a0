// What `bmc serve` says of the hosts that it serves: a table for people, the same for scripts. A password is told only where nobody else
// knows it.

import type { FakeBmc } from '../fake-bmc/fake-bmc.ts';
import { left, right, type Table } from '../reports/table.ts';

/** Who said which credentials there are. */
export type CredentialsSource = 'generated' | 'given' | 'file';

const SOURCE_WORDS: Readonly<Record<CredentialsSource, string>> = {
  generated: 'generated',
  given: '--password',
  file: '--credentials',
};

const NONE = '-';

export function servedTables(bmc: FakeBmc, source: CredentialsSource): readonly Table[] {
  const hosts: Table = {
    title: 'Served hosts',
    columns: [left('host'), left('system id'), left('Redfish'), right('IPMI port'), left('credentials')],
    rows: bmc.hosts.map(({ name, systemId, redfishUrl, systemUrl, ipmi, credentials }) => [
      name,
      systemId,
      redfishUrl ?? systemUrl ?? NONE,
      ipmi === undefined ? NONE : String(ipmi.port),
      `${credentials.user} (${SOURCE_WORDS[source]})`,
    ]),
  };
  const [first] = bmc.hosts;
  const rows = [
    ...(bmc.redfishUrl === undefined ? [] : [['Redfish of all hosts', bmc.redfishUrl]]),
    ...(bmc.controlUrl === undefined ? [] : [['control API', `${bmc.controlUrl}/openapi.json`]]),
    ...(source === 'generated' && first !== undefined
      ? [
          ['user', first.credentials.user],
          ['password', first.credentials.password],
        ]
      : []),
  ];
  return rows.length === 0
    ? [hosts]
    : [hosts, { title: 'For all of them', columns: [left('what'), left('value')], rows }];
}

export function servedJson(bmc: FakeBmc, source: CredentialsSource) {
  const { redfishUrl, controlUrl, certificate } = bmc;
  return {
    redfishUrl,
    controlUrl,
    certificate,
    credentialsSource: source,
    hosts: bmc.hosts.map(({ credentials: { user, password }, ...host }) => ({
      ...host,
      credentials: source === 'generated' ? { user, password } : { user },
    })),
  };
}
