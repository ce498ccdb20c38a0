// Which label tells the rack of a host. Clusters name it in many ways, so it can be said; otherwise it is looked for.

import { LABEL_ZONE } from '../../core/api/node.ts';
import type { StringMap } from '../../core/api/object.ts';

const PREFERRED = ['topology.rook.io/rack', 'topology.kubernetes.io/rack'];

export interface RackLabel {
  /** Undefined: nothing tells racks apart. */
  readonly key: string | undefined;
  /** How it was chosen, in words. */
  readonly because: string;
}

/** The first of the usual keys that is in use, else any key that ends in "rack", else the zone. */
export function detectRackLabel(labelSets: readonly (StringMap | undefined)[]): RackLabel {
  const keys = new Set(labelSets.flatMap((labels) => Object.keys(labels ?? {})));
  const preferred = PREFERRED.find((key) => keys.has(key));
  if (preferred !== undefined) return { key: preferred, because: `label ${preferred}` };
  const [other] = [...keys].filter((key) => /(^|[/._-])rack$/i.test(key)).sort();
  if (other !== undefined) return { key: other, because: `label ${other}, the only kind of label that ends in "rack"` };
  if (keys.has(LABEL_ZONE))
    return { key: LABEL_ZONE, because: `no rack label was found, so each zone (${LABEL_ZONE}) counts as one rack` };
  return { key: undefined, because: 'no rack or zone label was found, so all hosts stand in one rack' };
}
