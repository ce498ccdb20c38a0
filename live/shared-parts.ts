// What two versions of an object have in common, shared between them. Parsed objects share nothing; those that the controllers
// were written for do, and an index whose part is the same, or a watch that compares parts, relies on it.

type Fields = Readonly<Record<string, unknown>>;

/** `next` with every part that equals the same part of `known` replaced by that; `known` itself where all do. */
export function sharing<T>(known: T, next: T): T {
  if (known === next || !isObject(known) || !isObject(next)) return next;
  if (Array.isArray(known) && Array.isArray(next)) return sharedList(known, next) as T;
  if (Array.isArray(known) || Array.isArray(next)) return next;
  return sharedFields(known, next) as T;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function sharedList(known: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const list = next.map((item, at) => sharing(known[at], item));
  return list.length === known.length && list.every((item, at) => item === known[at]) ? known : list;
}

/** Fields come by entries, never by assignment: an object may have one that is called `__proto__`. */
function sharedFields(known: Fields, next: Fields): Fields {
  const entries = Object.entries(next).map(([name, value]): [string, unknown] => [
    name,
    Object.hasOwn(known, name) ? sharing(known[name], value) : value,
  ]);
  const isKnown = entries.every(([name, value]) => Object.hasOwn(known, name) && known[name] === value);
  return isKnown && entries.length === Object.keys(known).length ? known : Object.fromEntries(entries);
}
