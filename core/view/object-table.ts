// All objects of one kind, by namespace and name, with their indexes. Keys are looked up part by part: no string is built.

import type { Kind, KubeObject, ObjectKey } from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import { byOrder, ObjectIndex, type Row } from './object-index.ts';

/** Of objects that stand in no index; shared, and replaced by a list of its own as soon as one does. */
const NOWHERE: never[] = [];

export class ObjectTable<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>;
  private readonly namespaces = new Map<string, Map<string, Row<T>>>();
  private readonly indexes: ObjectIndex<T>[] = [];
  private ordered: Row<T>[] | undefined;
  private listed: readonly T[] | undefined;

  constructor(kind: Kind<T>) {
    this.kind = kind;
  }

  find(namespace: string, name: string): Row<T> | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  /** In key order. The same array until something of this kind changes. */
  list(): readonly T[] {
    if (this.listed === undefined) this.listed = this.rows().map((row) => row.object);
    return this.listed;
  }

  /** Stores a new object or the next version of a known one, and places it. */
  put(object: T, view: ClusterView): void {
    const namespace = object.metadata.namespace ?? '';
    const known = this.find(namespace, object.metadata.name);
    this.listed = undefined;
    if (known !== undefined) {
      const before = known.object;
      known.object = object;
      for (let i = 0; i < this.indexes.length; i++) this.indexes[i]?.renew(known, before, view);
      return;
    }
    const row: Row<T> = { object, places: NOWHERE };
    let names = this.namespaces.get(namespace);
    if (names === undefined) {
      names = new Map();
      this.namespaces.set(namespace, names);
    }
    names.set(object.metadata.name, row);
    this.ordered = undefined;
    for (const index of this.indexes) index.place(row, view, true);
  }

  remove(object: KubeObject): void {
    const namespace = object.metadata.namespace ?? '';
    const names = this.namespaces.get(namespace);
    const row = names?.get(object.metadata.name);
    if (names === undefined || row === undefined) return;
    names.delete(object.metadata.name);
    if (names.size === 0) this.namespaces.delete(namespace);
    this.listed = undefined;
    this.ordered = undefined;
    for (const index of this.indexes) index.remove(row);
  }

  indexNamed(name: string): ObjectIndex<T> | undefined {
    return this.indexes.find(({ spec }) => spec.name === name);
  }

  addIndex(spec: IndexSpec<T>, view: ClusterView): ObjectIndex<T> {
    const index = new ObjectIndex(spec, this.indexes.length);
    this.indexes.push(index);
    this.replaceAll(index, view);
    return index;
  }

  /** Places one object again in one index, after something that its placement depends on changed. */
  replace(index: ObjectIndex<T>, key: ObjectKey, view: ClusterView): void {
    const row = this.find(key.namespace, key.name);
    if (row !== undefined) index.place(row, view, false);
  }

  replaceAll(index: ObjectIndex<T>, view: ClusterView): void {
    for (const row of this.rows()) index.place(row, view, false);
  }

  private rows(): readonly Row<T>[] {
    if (this.ordered === undefined) {
      this.ordered = [];
      for (const names of this.namespaces.values()) for (const row of names.values()) this.ordered.push(row);
      this.ordered.sort(byOrder);
    }
    return this.ordered;
  }
}
