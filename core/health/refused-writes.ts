// Which of a controller's writes the API server refused, from the facts of its next decision: products record an event then.

import { parseKey } from '../api/machine.ts';
import type { Kind, ObjectKey } from '../api/object.ts';
import type { Fact } from '../facts.ts';

export interface RefusedWrite {
  readonly verb: string;
  readonly key: ObjectKey;
  readonly message: string;
}

/** Refused writes to namespaced objects of one kind. One that is gone already was not refused. */
export function refusedWrites(facts: readonly Fact[], kind: Kind): readonly RefusedWrite[] {
  const refused: RefusedWrite[] = [];
  for (const fact of facts) {
    if (fact.fact !== 'outcome' || fact.outcome.kind !== 'refused' || fact.outcome.reason === 'NotFound') continue;
    const [verb = '', kindKey, text] = fact.action.split(' ');
    const key = parseKey(text);
    if (kindKey === kind.key && key !== undefined) refused.push({ verb, key, message: fact.outcome.message });
  }
  return refused;
}
