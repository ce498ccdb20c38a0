// Policy files as operators apply them, unchanged, on the dumps that they fit: read without an error, and found doubtful where
// they are. The files lie beside the repository on machines that have them.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { studyFiles } from '../../twin/study-files.ts';

const DATA = process.env.METALTWIN_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const OPENSHIFT = join(DATA, 'clusters', 'openshift-hyperconverged', 'lists');
const METAL3 = join(DATA, 'clusters', 'metal3-capi', 'all.yaml');

/** File, dump, what it does there in words, and the codes of its warnings. */
const ROWS: readonly (readonly [file: string, cluster: string, meaning: RegExp, codes: readonly string[]])[] = [
  ['capi-v1beta1-mhc-metal3-reboot', METAL3, /watches 18 Machines.*\(40% of 18\).*reboot within 5m/, ['MT132']],
  ['capi-v1beta2-mhc-metal3-reboot', METAL3, /watches 18 Machines.*\(40% of 18\).*reboot within 5m/, ['MT132']],
  ['machine-disruption-budget-kubevirt', OPENSHIFT, /no health check/, ['MT134', 'MT122', 'MT134']],
  [
    'nhc-escalating-snr-mdr-storm',
    OPENSHIFT,
    /\(minHealthy 60% of 12\).*reboots itself.*deleted/,
    ['MT118', 'MT138', 'MT132'],
  ],
  ['nhc-escalating-snr-mdr-storm', METAL3, /\(minHealthy 60% of 24\).*reboots itself.*deleted/, ['MT138', 'MT132']],
  [
    'nhc-fence-agents-remediation',
    OPENSHIFT,
    /12 Nodes.*fence_ipmilan powers off and on/,
    ['MT118', 'MT138', 'MT125', 'MT125'],
  ],
  ['nhc-fence-agents-remediation', METAL3, /24 Nodes.*fence_ipmilan powers off and on/, ['MT125', 'MT125']],
  ['nhc-self-node-remediation', OPENSHIFT, /counts as rebooted after 3m18s/, ['MT118', 'MT138', 'MT126']],
  ['nhc-self-node-remediation', METAL3, /counts as rebooted after 4m6s/, ['MT138', 'MT126']],
  // Its node is in maintenance already.
  ['node-maintenance', OPENSHIFT, /no health check/, ['MT149']],
  [
    'openshift-mhc-external-baremetal',
    OPENSHIFT,
    /at most 2 unhealthy.*which a lost rack of 4 exceeds/,
    ['MT118', 'MT138'],
  ],
  ['openshift-mhc-worker-40pct', OPENSHIFT, /\(40% of 12\).*deleted/, ['MT118', 'MT137', 'MT138', 'MT132']],
];

describe.skipIf(!existsSync(DATA))('a policy file as it is (needs the folder of policies beside the project)', () => {
  test.each(ROWS)('%s on %s', (file, cluster, meaning, codes) => {
    const policies = [
      { name: 'x', files: [join(DATA, 'policies', `${file}.yaml`)] },
      { name: 'none', files: [] },
    ];
    const loaded = loadStudy({ clusterPaths: [cluster], policies }, studyFiles);
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
    expect(loaded.study.meaningDifferences[0]).toMatch(meaning);
    expect(loaded.study.problems.map(({ code }) => code)).toEqual(codes);
  });
});
