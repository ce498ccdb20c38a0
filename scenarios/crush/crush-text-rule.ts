// `rule data { id 0 ... step take default ... }`: one rule of the text of a CRUSH map.

import type { CrushWords, Word } from './crush-words.ts';
import type { DeclaredRule, DeclaredStep } from './declared-map.ts';

/** Reads on behind the word "rule". Undefined when what was read cannot be a rule. */
export function readRule(words: CrushWords, rule: Word): DeclaredRule | undefined {
  // A rule may have no name.
  const name = words.peek()?.text === '{' ? rule : words.name('the name of a rule');
  if (name === undefined || !words.demands('{')) return undefined;
  const steps: DeclaredStep[] = [];
  const found: { id?: number | undefined } = {};
  const readId = (): boolean => {
    found.id = words.integer('the id of a rule');
    return found.id !== undefined;
  };
  // Which sizes a rule is for has no say in where it places.
  const size = (): boolean => words.integer('a size') !== undefined;
  words.block({
    id: readId,
    // As Ceph up to Luminous wrote it.
    ruleset: readId,
    type: () => words.oneOf(['replicated', 'erasure']) !== undefined,
    min_size: size,
    max_size: size,
    step: (word) => {
      const step = readStep(words, word);
      if (step !== undefined) steps.push(step);
      return step !== undefined;
    },
  });
  if (found.id === undefined) {
    words.problem(name, `rule "${name.text}" has no id`, 'write the line as "crushtool -d" prints it');
    return undefined;
  }
  return { id: found.id, name: name === rule ? '' : name.text, steps, place: words.place(name) };
}

function readStep(words: CrushWords, at: Word): DeclaredStep | undefined {
  const op = words.name('a step');
  if (op === undefined) return undefined;
  const place = words.place(op);
  if (op.text === 'noop' || op.text === 'emit') return { op: op.text, place: words.place(at) };
  if (op.text === 'take') return readTake(words);
  if (op.text === 'choose' || op.text === 'chooseleaf') {
    const mode = words.oneOf(['firstn', 'indep']);
    const count = mode === undefined ? undefined : words.integer('a number of items');
    const type = count === undefined || !words.demands('type') ? undefined : words.name('a type');
    if (count === undefined || type === undefined) return undefined;
    return { op: `${op.text}_${mode}`, count, type: type.text, place: words.place(type) };
  }
  const count = words.integer('a whole number');
  return count === undefined ? undefined : { op: op.text, count, place };
}

function readTake(words: CrushWords): DeclaredStep | undefined {
  const item = words.name('the name of an item');
  if (item === undefined) return undefined;
  const place = words.place(item);
  if (!words.takes('class')) return { op: 'take', item: item.text, place };
  const deviceClass = words.name('a device class');
  return deviceClass === undefined ? undefined : { op: 'take', item: item.text, deviceClass: deviceClass.text, place };
}
