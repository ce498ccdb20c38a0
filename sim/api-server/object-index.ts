// One index over the objects of one kind: which of them stand under which value. Placement is remembered per object, so a
// change costs the values that it touches. Lists are made when read and kept until something under that value changes.

import type { KubeObject } from '../../core/api/object.ts';
import type { ClusterView, IndexSpec } from '../../core/ports/cluster-view.ts';

/** One object's place in a table. Lives as long as the object does, across all its versions. */
export interface Row<T extends KubeObject = KubeObject> {
  /** `namespace/name` or `name`: lists are ordered by it. */
  readonly order: string;
  object: T;
  /** Per index of the table, in order of registration: where this object stands. */
  readonly places: (readonly Place<T>[])[];
}

const NO_PLACES: readonly never[] = [];
const NO_OBJECTS: readonly never[] = [];

/** The objects under one value. */
class Place<T extends KubeObject> {
  readonly value: string;
  /** Always in order. */
  private readonly rows: Row<T>[] = [];
  private listed: readonly T[] | undefined;

  constructor(value: string) {
    this.value = value;
  }

  get size(): number {
    return this.rows.length;
  }

  list(): readonly T[] {
    this.listed ??= this.rows.map((row) => row.object);
    return this.listed;
  }

  /** An object here has a new version. */
  touch(): void {
    this.listed = undefined;
  }

  enter(row: Row<T>): void {
    const last = this.rows[this.rows.length - 1];
    if (last === undefined || last.order < row.order) this.rows.push(row);
    else this.rows.splice(this.positionOf(row.order), 0, row);
    this.listed = undefined;
  }

  leave(row: Row<T>): void {
    this.rows.splice(this.positionOf(row.order), 1);
    this.listed = undefined;
  }

  /** First position whose order is not below `order`. */
  private positionOf(order: string): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.rows[middle];
      if (row !== undefined && row.order < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class ObjectIndex<T extends KubeObject = KubeObject> {
  readonly spec: IndexSpec<T>;
  /** Its position in every row's `places`. */
  private readonly ordinal: number;
  private readonly places = new Map<string, Place<T>>();

  constructor(spec: IndexSpec<T>, ordinal: number) {
    this.spec = spec;
    this.ordinal = ordinal;
  }

  list(value: string): readonly T[] {
    return this.places.get(value)?.list() ?? NO_OBJECTS;
  }

  count(value: string): number {
    return this.places.get(value)?.size ?? 0;
  }

  /** Puts the object where it belongs now. `changed`: the object itself is new, not only what its placement depends on. */
  place(row: Row<T>, view: ClusterView, changed: boolean): void {
    const values = this.spec.values(row.object, view);
    const held = row.places[this.ordinal] ?? NO_PLACES;
    if (standsUnder(held, values)) {
      if (changed) for (const place of held) place.touch();
      return;
    }
    this.leaveAll(row, held);
    row.places[this.ordinal] = this.enterAll(row, values);
  }

  remove(row: Row<T>): void {
    this.leaveAll(row, row.places[this.ordinal] ?? NO_PLACES);
    row.places[this.ordinal] = NO_PLACES;
  }

  private enterAll(row: Row<T>, values: readonly string[]): readonly Place<T>[] {
    const entered: Place<T>[] = [];
    for (const value of values) {
      let place = this.places.get(value);
      if (place === undefined) {
        place = new Place<T>(value);
        this.places.set(value, place);
      }
      if (entered.includes(place)) continue;
      place.enter(row);
      entered.push(place);
    }
    return entered;
  }

  private leaveAll(row: Row<T>, held: readonly Place<T>[]): void {
    for (const place of held) {
      place.leave(row);
      if (place.size === 0) this.places.delete(place.value);
    }
  }
}

function standsUnder<T extends KubeObject>(held: readonly Place<T>[], values: readonly string[]): boolean {
  if (held.length !== values.length) return false;
  for (let i = 0; i < held.length; i++) if (held[i]?.value !== values[i]) return false;
  return true;
}
