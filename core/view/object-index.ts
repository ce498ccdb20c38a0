// One index over the objects of one kind: which of them stand under which value. Placement is remembered per object, so a
// change costs the values that it touches. Lists are made when read and kept until something under that value changes.

import { type KubeObject, keyOf, keyString } from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

/** One object's place in a table. Lives as long as the object does, across all its versions. */
export interface Row<T extends KubeObject = KubeObject> {
  object: T;
  /** Per index of the table, in order of registration: where this object stands. No longer than needed: rows are many. */
  places: (readonly Place<T>[])[];
}

const NO_PLACES: readonly never[] = [];
const NO_ROWS: readonly never[] = [];
const NO_OBJECTS: readonly never[] = [];

/** Up to this many objects under a value are kept in order; more are a set, ordered when someone lists them. */
const ORDERED_MAX = 64;

/** The objects under one value. Small ones are mostly listed, large ones mostly counted. */
class Place<T extends KubeObject> {
  readonly value: string;
  /** This place as the only one of an object: shared by all objects that stand nowhere else in the index. */
  readonly alone: readonly Place<T>[] = [this];
  /** Made with its first row: an empty list that grows takes room for many. */
  private few: Row<T>[] | undefined;
  private many: Set<Row<T>> | undefined;
  /** `many` in order, kept up once somebody has listed it: a crowd that is listed at every change is sorted once. */
  private ordered: Row<T>[] | undefined;
  private listed: readonly T[] | undefined;

  constructor(value: string) {
    this.value = value;
  }

  get size(): number {
    return this.many === undefined ? (this.few?.length ?? 0) : this.many.size;
  }

  list(): readonly T[] {
    if (this.listed === undefined) {
      if (this.many !== undefined) this.ordered ??= [...this.many].sort(byOrder);
      const rows = this.ordered ?? this.few ?? NO_ROWS;
      this.listed = rows.map((row) => row.object);
    }
    return this.listed;
  }

  /** An object here has a new version. */
  touch(): void {
    this.listed = undefined;
  }

  enter(row: Row<T>): void {
    this.listed = undefined;
    if (this.many !== undefined) {
      this.many.add(row);
      this.ordered?.splice(positionOf(this.ordered, row), 0, row);
      return;
    }
    const { few } = this;
    const last = few?.[few.length - 1];
    if (few === undefined || last === undefined) {
      this.few = [row];
      return;
    }
    if (byOrder(last, row) < 0) few.push(row);
    else few.splice(positionOf(few, row), 0, row);
    if (few.length > ORDERED_MAX) this.many = new Set(few.splice(0));
  }

  leave(row: Row<T>): void {
    this.listed = undefined;
    if (this.many === undefined) {
      this.few?.splice(positionOf(this.few, row), 1);
      return;
    }
    this.many.delete(row);
    this.ordered?.splice(positionOf(this.ordered, row), 1);
  }
}

/** First position among ordered rows that does not come before `row`. */
function positionOf(rows: readonly Row[], row: Row): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows[middle];
    if (other !== undefined && byOrder(other, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In the order of `namespace/name`, without making these texts. Different rows of one kind never have the same. */
export function byOrder(a: Row, b: Row): number {
  const one = a.object.metadata;
  const other = b.object.metadata;
  if (one.namespace === other.namespace) return one.name < other.name ? -1 : one.name === other.name ? 0 : 1;
  return keyString(keyOf(a.object)) < keyString(keyOf(b.object)) ? -1 : 1;
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

  /** The object of a row has a new version. */
  renew(row: Row<T>, before: T, view: ClusterView): void {
    const { spec } = this;
    if (spec.part === undefined || spec.part(before) !== spec.part(row.object)) {
      this.place(row, view, true);
      return;
    }
    const held = row.places[this.ordinal];
    if (held !== undefined) for (let i = 0; i < held.length; i++) held[i]?.touch();
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
    this.setPlaces(row, this.enterAll(row, values));
  }

  remove(row: Row<T>): void {
    this.leaveAll(row, row.places[this.ordinal] ?? NO_PLACES);
    this.setPlaces(row, NO_PLACES);
  }

  private setPlaces(row: Row<T>, places: readonly Place<T>[]): void {
    if (row.places.length <= this.ordinal) row.places = this.longer(row.places);
    row.places[this.ordinal] = places;
  }

  /** With room for this index, and for no more. */
  private longer(old: readonly (readonly Place<T>[])[]): (readonly Place<T>[])[] {
    return Array.from({ length: this.ordinal + 1 }, (_, at) => old[at] ?? NO_PLACES);
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
    return entered.length === 1 ? (entered[0]?.alone ?? entered) : entered;
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
