// All quirks of management controllers that are known by name. Q57 and Q58 of the catalogue are those of clients and have no place here.

import { BOOT_QUIRKS } from './quirks/boot.ts';
import { POWER_QUIRKS } from './quirks/power.ts';
import type { Quirk } from './quirks/quirk.ts';
import { SERVICE_QUIRKS } from './quirks/service.ts';
import { WIRE_QUIRKS } from './quirks/wire.ts';

const ALL = [...POWER_QUIRKS, ...BOOT_QUIRKS, ...SERVICE_QUIRKS, ...WIRE_QUIRKS] as const;

export type QuirkName = (typeof ALL)[number]['name'];

/** By number, and variants of one number in their order here. */
export const QUIRKS: readonly (Quirk & { readonly name: QuirkName })[] = ALL.toSorted(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
);

export const QUIRK_NAMES: readonly QuirkName[] = QUIRKS.map(({ name }) => name);

const BY_NAME: ReadonlyMap<string, Quirk> = new Map(QUIRKS.map((quirk) => [quirk.name, quirk]));

export function quirkNamed(name: QuirkName): Quirk {
  const quirk = BY_NAME.get(name);
  if (quirk === undefined) throw new RangeError(`no quirk ${name}`);
  return quirk;
}
