// `host a { id -2 ... item osd.0 weight 1.000 }`: one bucket of the text of a CRUSH map.

import type { CrushWords, Word } from './crush-words.ts';
import type { DeclaredBucket, DeclaredItem, DeclaredShadow } from './declared-map.ts';

/** Reads on behind the type. Undefined when what was read cannot be a bucket. */
export function readBucket(words: CrushWords, type: Word): DeclaredBucket | undefined {
  const name = words.name('the name of a bucket');
  if (name === undefined || !words.demands('{')) return undefined;
  const shadows: DeclaredShadow[] = [];
  const items: DeclaredItem[] = [];
  const found: { id?: number; algorithm?: string | undefined; hash?: string | undefined } = {};
  words.block({
    id: (word) => {
      const id = words.integer('the id of a bucket');
      if (id === undefined) return false;
      if (!words.takes('class')) {
        found.id = id;
        return true;
      }
      const deviceClass = words.name('a device class');
      if (deviceClass !== undefined) shadows.push({ deviceClass: deviceClass.text, id, place: words.place(word) });
      return deviceClass !== undefined;
    },
    alg: () => {
      found.algorithm = words.name('an algorithm')?.text;
      return found.algorithm !== undefined;
    },
    hash: () => {
      found.hash = words.name('a hash')?.text;
      return found.hash !== undefined;
    },
    item: () => readItem(words, items),
  });
  const { id, algorithm, hash = '0' } = found;
  if (id === undefined || algorithm === undefined) {
    words.problem(
      name,
      `bucket "${name.text}" has no ${id === undefined ? 'id' : 'alg'}`,
      'write the line as "crushtool -d" prints it',
    );
    return undefined;
  }
  return { id, name: name.text, type: type.text, shadows, algorithm, hash, items, place: words.place(name) };
}

function readItem(words: CrushWords, items: DeclaredItem[]): boolean {
  const name = words.name('the name of an item');
  if (name === undefined) return false;
  const weighed = words.takes('weight');
  const weight = weighed ? words.weight() : undefined;
  if (weighed && weight === undefined) return false;
  items.push({ item: name.text, weight, place: words.place(name) });
  const position = words.peek(1);
  if (!words.takes('pos') || words.integer('a position') === items.length - 1) return true;
  words.problem(position, `item "${name.text}" is out of its place`, 'write the items in the order of their pos');
  return false;
}
