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

function sharedFields(known: Fields, next: Fields): Fields {
  const fields: Record<string, unknown> = {};
  let isKnown = Object.keys(known).length === Object.keys(next).length;
  for (const [name, value] of Object.entries(next)) {
    fields[name] = sharing(known[name], value);
    isKnown &&= Object.hasOwn(known, name) && fields[name] === known[name];
  }
  return isKnown ? known : fields;
}
