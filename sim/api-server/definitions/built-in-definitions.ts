// Custom resources that the virtual API server has from the start, with their schemas: our own policy. Definitions that a cluster
// is given come before them.
//
// Divergence from reality: none known beyond what remediation-definitions.ts says.

import { CustomResource } from './custom-resource.ts';
import type { DefinedKinds } from './definition-admission.ts';
import { REMEDIATION_DEFINITIONS } from './remediation-definitions.ts';

/** Schemas are compiled when the first object comes, once per process. */
export const BUILT_IN_DEFINED: readonly CustomResource[] = REMEDIATION_DEFINITIONS.map(
  (definition) => new CustomResource(definition),
);

const BY_KIND: ReadonlyMap<string, CustomResource> = new Map(
  BUILT_IN_DEFINED.map((resource) => [resource.kind.key, resource]),
);

/** What a cluster was given, and else what is built in. */
export function withBuiltIn(given: DefinedKinds): DefinedKinds {
  return { ofKind: (kindKey) => given.ofKind(kindKey) ?? BY_KIND.get(kindKey) };
}
