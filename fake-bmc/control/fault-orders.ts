// Faults that somebody orders while the hosts are served: written as an entry of `faults.script` of a scenario is, checked by the same
// schema, and told by the same problems. They strike now.

import { type FaultRequest, resolveScript } from '../../scenarios/fault-script.ts';
import { readPositioned } from '../../scenarios/positioned-yaml.ts';
import type { Problem } from '../../scenarios/problem.ts';
import { scriptedFaultSchema, toldParameters } from '../../scenarios/schema-faults.ts';
import { checkDocument } from '../../scenarios/schema-problems.ts';
import type { ScriptedFault, SimConfig } from '../../sim/config.ts';
import { definitionOf } from '../../sim/faults/catalogue.ts';

export type OrderedFault = Omit<ScriptedFault, 'atMs'>;

/** @param text of one JSON (or YAML) document. @param name unique among orders: what is drawn for the fault is drawn under it. */
export function readFaultOrder(
  text: string,
  world: SimConfig,
  name: string,
): { readonly order: OrderedFault } | { readonly problems: readonly Problem[] } {
  const { documents, problems } = readPositioned('request', text);
  const [document] = documents;
  if (problems.length > 0) return { problems };
  const place = document?.placeOf([]) ?? { file: 'request', line: 1, column: 1 };
  if (document === undefined) {
    return { problems: [{ code: 'MT101', severity: 'error', message: 'the request has no body', ...place }] };
  }
  const checked = checkDocument(scriptedFaultSchema, document);
  if (!checked.ok) return { problems: checked.problems };
  const { fault, target, reaches, at, when, for: forMs } = checked.value;
  if (at !== undefined || when !== undefined) {
    const field = at === undefined ? 'when' : 'at';
    const message = `"${field}" has no meaning here: the fault strikes now`;
    return {
      problems: [{ code: 'MT105', severity: 'error', message, ...document.placeOf([field]), remedy: 'leave it out' }],
    };
  }
  const request: FaultRequest = {
    name,
    atMs: 0,
    fault,
    forMs,
    reaches,
    ...target,
    ...toldParameters(definitionOf(fault), checked.value),
  };
  const resolved = resolveScript(
    [{ request, targetPlace: document.placeOf(['target']), timePlace: place }],
    world,
    world.durationMs,
  );
  const [scripted] = resolved.script;
  if (scripted === undefined) return { problems: resolved.problems };
  const { atMs: _, ...order } = scripted;
  return { order };
}
