// The names of a CRUSH map: what a reference in it means, and which names and numbers are given twice.

import { type CrushDevice, DEVICE_TYPE } from '../../sim/storage/crush/crush-map.ts';
import type { Place, Problem } from '../problem.ts';
import { crushProblem, dangling, ID_MOST, twice } from './crush-problems.ts';
import type { DeclaredMap, Reference } from './declared-map.ts';

export class CrushNames {
  readonly problems: Problem[] = [];
  readonly devices = new Map<number, CrushDevice>();
  readonly types = new Map<number, string>();
  private readonly items = new Map<string, number>();
  private readonly typeIds = new Map<string, number>();
  private readonly buckets = new Set<number>();
  private readonly shadows = new Map<string, number>();

  constructor(declared: DeclaredMap) {
    for (const { id, name, place } of declared.types) {
      this.once('type', { id, name, place, least: DEVICE_TYPE, most: ID_MOST, ids: this.types, names: this.typeIds });
      this.types.set(id, name);
      this.typeIds.set(name, id);
    }
    for (const { id, name, deviceClass, place } of declared.devices) {
      this.once('device', { id, name, place, least: 0, most: ID_MOST, ids: this.devices, names: this.items });
      this.devices.set(id, { id, name, ...(deviceClass === undefined ? {} : { deviceClass }) });
      this.items.set(name, id);
    }
    for (const { id, name, place, shadows } of declared.buckets) {
      this.once('bucket', { id, name, place, least: -ID_MOST, most: -1, ids: this.buckets, names: this.items });
      this.buckets.add(id);
      this.items.set(name, id);
      for (const shadow of shadows) {
        const named = { id: shadow.id, name: `${name}~${shadow.deviceClass}`, place: shadow.place };
        this.once('bucket', { ...named, least: -ID_MOST, most: -1, ids: this.buckets, names: this.items });
        this.buckets.add(shadow.id);
        this.items.set(named.name, shadow.id);
        this.shadows.set(`${id}~${shadow.deviceClass}`, shadow.id);
      }
    }
  }

  /** Of a device or a bucket. */
  item(reference: Reference, place: Place): number | undefined {
    const id = typeof reference === 'string' ? this.items.get(reference) : reference;
    if (id !== undefined && (this.devices.has(id) || this.buckets.has(id))) return id;
    this.problems.push(dangling('device or bucket', reference, place, this.items.keys()));
    return undefined;
  }

  type(reference: Reference, place: Place): number | undefined {
    const id = typeof reference === 'string' ? this.typeIds.get(reference) : reference;
    if (id !== undefined && this.types.has(id)) return id;
    this.problems.push(dangling('type', reference, place, this.typeIds.keys()));
    return undefined;
  }

  /** Of the tree of a class under a bucket. */
  shadow(bucket: number, deviceClass: string): number | undefined {
    return this.shadows.get(`${bucket}~${deviceClass}`);
  }

  private once(
    noun: string,
    given: {
      readonly id: number;
      readonly name: string;
      readonly place: Place;
      readonly least: number;
      readonly most: number;
      readonly ids: { has(id: number): boolean };
      readonly names: { has(name: string): boolean };
    },
  ): void {
    const { id, name, place, least, most, ids, names } = given;
    if (id < least || id > most) {
      this.problems.push(
        crushProblem('MT105', `the id of ${noun} "${name}" is ${id}, not from ${least} to ${most}`, place),
      );
    }
    if (ids.has(id)) this.problems.push(twice(`the id of a ${noun}`, id, place));
    if (names.has(name)) this.problems.push(twice(`the name of a ${noun}`, `"${name}"`, place));
  }
}
