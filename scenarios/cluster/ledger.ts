// The import ledger: for every kind in the input what was used, ignored and assumed, and which expected kinds are missing.
// A result without it would leave the reader guessing what the simulation knew.

import { parseKey } from '../../core/api/machine.ts';
import { DEPLOYMENT, PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM } from '../../core/api/workload.ts';
import type { StudySummary } from '../../lab/summary.ts';
import { type ClusterModel, some } from './inventory.ts';
import { EXPECTED_KINDS, KIND_USES } from './kinds.ts';
import type { ObjectSet } from './object-set.ts';
import { isStorageDaemon } from './storage-daemons.ts';

export type Ledger = StudySummary['ledger'];

/** A generated cluster lacks nothing: what it does not have was not asked for. */
export function ledgerOf(model: ClusterModel, imported: boolean): Ledger {
  const { input } = model;
  const present = input.kindKeys().map((kindKey) => {
    const use = KIND_USES[kindKey];
    const count = input.count(kindKey);
    if (use === undefined) return { kind: kindKey, count, used: '', ignored: 'all', assumed: '' };
    const daemons = input.listByKey(kindKey).filter(isStorageDaemon).length;
    const ignored = [
      use.ignored,
      daemons === 0 ? '' : `${daemons} of storage daemons: the storage model stands for them`,
    ].filter((text) => text !== '');
    return { kind: kindKey, count, used: use.used, ignored: ignored.join('; '), assumed: use.assumed };
  });
  if (!imported) return present;
  const missing = EXPECTED_KINDS.filter(({ kinds }) => kinds.every((kind) => input.count(kind) === 0)).map(
    ({ kinds, lacking }) => ({
      kind: kinds.join(' or '),
      count: 0,
      used: '',
      ignored: '',
      assumed: `missing: ${lacking}`,
    }),
  );
  return [...present, ...missing, ...missingNamespaces(input)];
}

/** Volumes name claims in namespaces of which the input has nothing: those workloads exist and are not simulated. */
function missingNamespaces(input: ObjectSet): Ledger {
  const known = new Set(
    [PERSISTENT_VOLUME_CLAIM.key, DEPLOYMENT.key].flatMap((kind) =>
      input.listByKey(kind).map(({ metadata }) => metadata.namespace ?? ''),
    ),
  );
  const claims = input.list(PERSISTENT_VOLUME).flatMap(({ spec }) => {
    const { namespace, name } = spec?.claimRef ?? {};
    return namespace === undefined || name === undefined || known.has(namespace) ? [] : [`${namespace}/${name}`];
  });
  if (claims.length === 0) return [];
  const namespaces = [...new Set(claims.map((claim) => parseKey(claim)?.namespace ?? ''))].sort();
  return [
    {
      kind: 'objects of further namespaces',
      count: 0,
      used: '',
      ignored: '',
      assumed: `missing: ${claims.length} volumes belong to claims in ${some(namespaces)}; these workloads are not simulated`,
    },
  ];
}
