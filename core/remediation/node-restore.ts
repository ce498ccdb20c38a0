// A Node that was deleted and registers again has lost its labels and annotations. Patches that bring saved ones back, and
// the JSON backup in which the metal3 projects keep them.

import type { Node } from '../api/node.ts';
import type { StringMap } from '../api/object.ts';

export interface SavedMaps {
  readonly labels: StringMap | undefined;
  readonly annotations: StringMap | undefined;
}

/** Merge patches of metadata.labels and metadata.annotations; `null` removes an entry. */
export interface MapPatches {
  readonly labels: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Saved entries come back; where the Node has a value of its own, that wins. */
export function restoreByMerge(node: Node, saved: SavedMaps): MapPatches {
  return {
    labels: missingFrom(node.metadata.labels, saved.labels),
    annotations: missingFrom(node.metadata.annotations, saved.annotations),
  };
}

/** The Node ends up with the saved entries and no others: none at all where nothing was saved. */
export function restoreByReplacement(node: Node, saved: SavedMaps): MapPatches {
  return {
    labels: replacing(node.metadata.labels, saved.labels),
    annotations: replacing(node.metadata.annotations, saved.annotations),
  };
}

function missingFrom(present: StringMap | undefined, saved: StringMap | undefined): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const [key, value] of Object.entries(saved ?? {})) if (present?.[key] === undefined) missing[key] = value;
  return missing;
}

function replacing(present: StringMap | undefined, saved: StringMap | undefined): Record<string, string | null> {
  const patch: Record<string, string | null> = {};
  for (const key of Object.keys(present ?? {})) patch[key] = null;
  for (const [key, value] of Object.entries(saved ?? {})) patch[key] = value;
  return patch;
}

/** Text of a map for a backup annotation. */
export function backupText(map: StringMap | undefined): string {
  return map === undefined ? '' : JSON.stringify(map);
}

/** Reads a backup; text that is not a JSON object of strings restores nothing, as in the products. */
export function parseBackup(text: string | undefined): StringMap | undefined {
  if (text === undefined || text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const map: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value)) if (typeof entry === 'string') map[key] = entry;
  return map;
}
