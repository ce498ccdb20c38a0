// Names from the wire as property names: reading never sees what an object inherits, writing never reaches a prototype.

/** The own property of that name, or undefined. */
export function ownValue(object: { readonly [field: string]: unknown }, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

/** Assignment that always makes an own property: plain assignment to `__proto__` would change the prototype instead. */
export function setOwn(object: Record<string, unknown>, field: string, value: unknown): void {
  if (field === '__proto__') {
    Object.defineProperty(object, field, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[field] = value;
  }
}
