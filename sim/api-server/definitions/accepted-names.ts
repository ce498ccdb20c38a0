// Which names a definition gets: one of its group has a plural, a kind or a short name until it gives it up.
// Source: apiextensions-apiserver pkg/controller/status/naming_controller.go.

import { type Condition, findCondition } from '../../../core/api/conditions.ts';
import { sameValue } from '../same-value.ts';
import type { CustomResourceDefinition, DefinitionNames } from './custom-resource-definition.ts';

export interface NameVerdict {
  readonly acceptedNames: Partial<DefinitionNames>;
  readonly namesAccepted: Omit<Condition, 'lastTransitionTime'>;
  readonly established: Omit<Condition, 'lastTransitionTime'>;
}

/** `others` are the other definitions of the group, by whatever names they have been accepted. */
export function namesOf(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): NameVerdict {
  const wanted = definition.spec.names;
  const had = definition.status?.acceptedNames ?? {};
  const taken = takenNames([definition, ...others]);
  const accepted: Record<string, unknown> = { ...had };
  let conflict: { readonly reason: string; readonly message: string } | undefined;
  for (const { field, reason, among } of FIELDS) {
    const name = wanted[field];
    if (name !== had[field] && name !== undefined && taken[among].has(name)) {
      conflict = { reason, message: `"${name}" is already in use` };
    } else {
      accepted[field] = name;
    }
    if (field === 'singular') {
      const clash = shortNameConflict(wanted, had, taken.resources);
      if (clash !== undefined) conflict = { reason: 'ShortNamesConflict', message: clash };
      else if (wanted.shortNames !== undefined) accepted.shortNames = wanted.shortNames;
      else delete accepted.shortNames;
    }
  }
  if (wanted.categories === undefined) delete accepted.categories;
  else accepted.categories = wanted.categories;
  return { acceptedNames: accepted, ...conditionsOf(definition, conflict) };
}

const FIELDS = [
  { field: 'plural', reason: 'PluralConflict', among: 'resources' },
  { field: 'singular', reason: 'SingularConflict', among: 'resources' },
  { field: 'kind', reason: 'KindConflict', among: 'kinds' },
  { field: 'listKind', reason: 'ListKindConflict', among: 'kinds' },
] as const;

interface TakenNames {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenNames(definitions: readonly CustomResourceDefinition[]): TakenNames {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of definitions) {
    const { plural, singular, shortNames = [], kind, listKind } = status?.acceptedNames ?? {};
    for (const name of [plural, singular, ...shortNames]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

function shortNameConflict(
  wanted: DefinitionNames,
  had: Partial<DefinitionNames>,
  taken: ReadonlySet<string>,
): string | undefined {
  if (sameValue(wanted.shortNames ?? [], had.shortNames ?? [])) return undefined;
  const clashes = (wanted.shortNames ?? [])
    .filter((name) => !had.shortNames?.includes(name) && taken.has(name))
    .map((name) => `"${name}" is already in use`);
  if (clashes.length === 0) return undefined;
  return clashes.length === 1 ? clashes[0] : `[${clashes.join(', ')}]`;
}

function conditionsOf(
  definition: CustomResourceDefinition,
  conflict: { readonly reason: string; readonly message: string } | undefined,
): Pick<NameVerdict, 'namesAccepted' | 'established'> {
  const namesAccepted =
    conflict === undefined
      ? ({ type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' } as const)
      : ({ type: 'NamesAccepted', status: 'False', ...conflict } as const);
  const old = findCondition(definition.status?.conditions, 'Established');
  if (old?.status === 'True') return { namesAccepted, established: old };
  if (conflict === undefined) {
    const message = 'the initial names have been accepted';
    return { namesAccepted, established: { type: 'Established', status: 'False', reason: 'Installing', message } };
  }
  const message = 'not all names are accepted';
  const refused = { type: 'Established', status: 'False', reason: 'NotAccepted', message } as const;
  return { namesAccepted, established: old ?? refused };
}
