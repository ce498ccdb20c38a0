// Finalizers: what holds an object that is being deleted.

/** The object without one of its finalizers. */
export function withoutFinalizer<T extends { readonly metadata: { readonly finalizers?: readonly string[] } }>(
  object: T,
  name: string,
): T {
  const finalizers = object.metadata.finalizers?.filter((finalizer) => finalizer !== name) ?? [];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}
