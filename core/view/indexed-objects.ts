// Tables of all kinds and the indexes over them, kept up to date change by change. The virtual store's truth, every view of it
// and the view of a real cluster are each one of these; objects are shared between them, only maps are their own.

import type { Kind, KubeObject, ObjectKey } from '../api/object.ts';
import { broken } from '../assert.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { InformerChange } from '../ports/informer.ts';
import type { ObjectIndex } from './object-index.ts';
import { ObjectTable } from './object-table.ts';

type Primaries = NonNullable<IndexSpec['dependsOn']>[number]['primaries'];

/** An index whose placement must be looked at again when an object of another kind changes. */
interface Dependent {
  readonly table: ObjectTable;
  readonly index: ObjectIndex;
  readonly primaries: Primaries;
}

export class IndexedObjects implements ClusterView {
  private readonly tables = new Map<string, ObjectTable>();
  /** The table asked for last: changes and reads come in runs of one kind. */
  private lastKey = '';
  private lastTable: ObjectTable | undefined;
  private readonly indexes = new Map<IndexSpec, ObjectIndex>();
  private readonly dependents = new Map<string, Dependent[]>();

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    const table = this.known(kind.key);
    return holds(table, kind) ? table.find(key.namespace, key.name)?.object : undefined;
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    const table = this.tables.get(kind.key);
    return holds(table, kind) ? table.list() : [];
  }

  byIndex<T extends KubeObject>(index: IndexSpec<T>, value: string): readonly T[] {
    const known = this.indexes.get(index);
    if (!indexes(known, index)) broken(`index '${index.name}' of ${index.of.key} was added`);
    return known.list(value);
  }

  countByIndex(index: IndexSpec, value: string): number {
    const known = this.indexes.get(index);
    if (known === undefined) broken(`index '${index.name}' of ${index.of.key} was added`);
    return known.count(value);
  }

  hasSynced(_kind: Kind): boolean {
    return true;
  }

  /**
   * Adding an index a second time does nothing; another one of the same name over the same kind is the same. Indexes are
   * placed in the order in which they were added.
   */
  addIndex(spec: IndexSpec): void {
    if (this.indexes.has(spec)) return;
    for (const needed of spec.needs ?? []) this.addIndex(needed);
    const table = this.tableOf(spec.of);
    const known = table.indexNamed(spec.name);
    const index = known ?? table.addIndex(spec, this);
    this.indexes.set(spec, index);
    if (known !== undefined) return;
    for (const { kind, primaries } of spec.dependsOn ?? []) {
      const list = this.dependents.get(kind.key);
      if (list === undefined) this.dependents.set(kind.key, [{ table, index, primaries }]);
      else list.push({ table, index, primaries });
    }
  }

  /** Puts objects that were there from the start, without a change; then places everything again. */
  seed(objects: Iterable<KubeObject>, kindOf: (object: KubeObject) => Kind): void {
    for (const object of objects) this.tableOf(kindOf(object)).put(object, this);
    for (const index of new Set(this.indexes.values())) this.tableOf(index.spec.of).replaceAll(index, this);
  }

  /** The object first, then the indexes of its kind, then those that depend on its kind. */
  apply(change: InformerChange): void {
    const table = this.tableOf(change.kind);
    if (change.after !== undefined) table.put(change.after, this);
    else if (change.before !== undefined) table.remove(change.before);
    const dependents = this.dependents.get(change.kind.key);
    if (dependents === undefined) return;
    for (const { table: placed, index, primaries } of dependents) {
      for (const key of primaries(change, this)) placed.replace(index, key, this);
    }
  }

  private known(kindKey: string): ObjectTable | undefined {
    if (kindKey === this.lastKey) return this.lastTable;
    const table = this.tables.get(kindKey);
    if (table === undefined) return undefined;
    this.lastKey = kindKey;
    this.lastTable = table;
    return table;
  }

  private tableOf(kind: Kind): ObjectTable {
    let table = this.known(kind.key);
    if (table === undefined) {
      table = new ObjectTable(kind);
      this.tables.set(kind.key, table);
    }
    return table;
  }
}

/** A kind's key names one table, and only objects of that kind are put there: this is where the kind's view is trusted. */
function holds<T extends KubeObject>(
  table: ObjectTable | undefined,
  _kind: Kind<T>,
): table is ObjectTable<T> & ObjectTable {
  return table !== undefined;
}

function indexes<T extends KubeObject>(
  index: ObjectIndex | undefined,
  _spec: IndexSpec<T>,
): index is ObjectIndex<T> & ObjectIndex {
  return index !== undefined;
}
