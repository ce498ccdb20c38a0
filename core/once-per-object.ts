// What is read from an immutable object again and again, and is the same each time: computed once for each object. A cache, not
// state: without it every answer would be equal.

/** @param compute pure, of an object that never changes. */
export function oncePerObject<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let entry = known.get(key);
    if (entry === undefined) {
      entry = { value: compute(key) };
      known.set(key, entry);
    }
    return entry.value;
  };
}
