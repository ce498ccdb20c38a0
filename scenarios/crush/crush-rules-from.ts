// The rules of a CRUSH map, from how they were written down.

import { CRUSH_RULE_SETTINGS, type CrushRule, type CrushStep } from '../../sim/storage/crush/crush-map.ts';
import type { CrushNames } from './crush-names.ts';
import { crushProblem, twice, unsupported } from './crush-problems.ts';
import type { DeclaredMap, DeclaredStep } from './declared-map.ts';

/** Settings of a rule that are supported only where they say what the tunables say: no local retries. */
const LOCAL_TRIES: ReadonlySet<string> = new Set(['set_choose_local_tries', 'set_choose_local_fallback_tries']);

export function rulesFrom(declared: DeclaredMap, names: CrushNames): ReadonlyMap<number, CrushRule> {
  const rules = new Map<number, CrushRule>();
  const known = new Set<string>();
  for (const { id, name, steps, place } of declared.rules) {
    if (rules.has(id)) names.problems.push(twice('the id of a rule', id, place));
    if (name !== '' && known.has(name)) names.problems.push(twice('the name of a rule', `"${name}"`, place));
    known.add(name);
    rules.set(id, { id, name, steps: steps.flatMap((step) => stepFrom(step, names)) });
  }
  return rules;
}

/** None for a step that does nothing, or that is a problem. */
function stepFrom(step: DeclaredStep, names: CrushNames): readonly CrushStep[] {
  const { op, count = 0, place } = step;
  if (op === 'noop' || (LOCAL_TRIES.has(op) && count === 0)) return [];
  if (op === 'emit') return [{ op }];
  if (op === 'take') return takeFrom(step, names);
  const choose = /^(choose|chooseleaf)_(firstn|indep)$/.exec(op);
  if (choose !== null) {
    const type = names.type(step.type ?? '', place);
    const mode = choose[2] === 'firstn' ? 'firstn' : 'indep';
    return type === undefined ? [] : [{ op: 'choose', mode, count, type, leaf: choose[1] === 'chooseleaf' }];
  }
  const setting = CRUSH_RULE_SETTINGS.find((each) => op === `set_${each}`);
  if (setting !== undefined) return [{ op: 'set', setting, value: count }];
  names.problems.push(
    unsupported(
      `step ${op} is not supported`,
      place,
      `supported are take, choose, chooseleaf, emit, ${CRUSH_RULE_SETTINGS.map((each) => `set_${each}`).join(', ')}`,
    ),
  );
  return [];
}

function takeFrom({ item = '', deviceClass, place }: DeclaredStep, names: CrushNames): readonly CrushStep[] {
  const id = names.item(item, place);
  if (id === undefined) return [];
  if (deviceClass === undefined) return [{ op: 'take', item: id }];
  const shadow = names.shadow(id, deviceClass);
  if (shadow !== undefined) return [{ op: 'take', item: shadow }];
  names.problems.push(
    crushProblem('MT123', `"${item}" has no id for class ${deviceClass}`, place, 'crushtool -c and -d gives it one'),
  );
  return [];
}
