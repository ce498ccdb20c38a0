// Which options a fence agent gets for one node: shared ones, those of the node, and those of Secrets, merged and checked as
// the product does it. Values of Secrets are looked at and left where they are.
// Source: fence-agents-remediation api/v1alpha1/fenceagentsremediation_params.go, pkg/template.
//
// Divergence from reality: of Go's template language only the place of the node's name is understood; anything else in braces
// counts as a template that cannot be read.

import type { FenceAgentsRemediationSpec } from '../api/fence-agents-remediation.ts';
import type { ObjectKey, StringMap } from '../api/object.ts';
import { SECRET, secretValues } from '../api/secret.ts';
import type { ClusterView } from '../ports/cluster-view.ts';

const ACTION = '--action';
const ACTION_NAMES: readonly string[] = ['action', ACTION];
const NODE_NAME_PLACE = /\{\{-?\s*\.NodeName\s*-?\}\}/g;

export const UNSUPPORTED_ACTION = "FAR doesn't support any other action than `reboot` or `off`";
export const MISSING_PARAMETERS = 'invalid spec: mandatory parameters are missing';

export type FenceParameters =
  | {
      readonly kind: 'built';
      readonly action: 'reboot' | 'off';
      /** What is not in a Secret, the action included. */
      readonly plain: StringMap;
      readonly sharedSecret?: ObjectKey;
      readonly nodeSecret?: ObjectKey;
    }
  /** It may come, and then the parameters can be built. */
  | { readonly kind: 'secretMissing'; readonly secret: ObjectKey }
  | { readonly kind: 'wrong'; readonly problem: string };

type Wrong = Extract<FenceParameters, { kind: 'wrong' }>;

/** The text with the node's name in its places, or undefined where it is no template that can be read. */
export function renderForNode(text: string, nodeName: string): string | undefined {
  const rendered = text.replace(NODE_NAME_PLACE, nodeName);
  return rendered.includes('{{') ? undefined : rendered;
}

/** Every node that a spec names, in order. */
export function nodesOfSpec({
  nodeparameters = {},
  nodeSecretNames = {},
}: FenceAgentsRemediationSpec): readonly string[] {
  const names = Object.values(nodeparameters).flatMap((nodes) => Object.keys(nodes));
  return [...new Set([...names, ...Object.keys(nodeSecretNames)])].sort();
}

/** The options for a node; Secrets are those of the remediation's namespace. */
export function fenceParameters(
  spec: FenceAgentsRemediationSpec,
  { namespace, nodeName }: { readonly namespace: string; readonly nodeName: string },
  view: Pick<ClusterView, 'get'>,
): FenceParameters {
  const sharedSecret = keyOfSecret(spec.sharedSecretName, namespace);
  const nodeSecret = keyOfSecret(spec.nodeSecretNames?.[nodeName], namespace);
  const secrets: Record<string, string> = {};
  let secretNamesNode = false;
  for (const key of [sharedSecret, nodeSecret]) {
    if (key === undefined) continue;
    const secret = view.get(SECRET, key);
    if (secret === undefined) return { kind: 'secretMissing', secret: key };
    for (const [name, value] of Object.entries(secretValues(secret))) {
      const rendered = key === sharedSecret ? renderForNode(value, nodeName) : value;
      if (rendered === undefined) return wrong(`failed to parse template in shared secret parameter ${name}`);
      secretNamesNode ||= rendered !== value;
      secrets[name] = rendered;
    }
  }
  const plain = plainParameters(spec, nodeName);
  if (plain.kind === 'wrong') return plain;
  const problem = secretProblem(secrets, plain.values);
  if (problem !== undefined) return wrong(problem);
  const differsByNode = Object.keys(spec.nodeparameters ?? {}).length > 0 || plain.namesNode || secretNamesNode;
  if (!differsByNode) return wrong(MISSING_PARAMETERS);
  if (Object.keys(plain.values).length + Object.keys(secrets).length === 0) return wrong(MISSING_PARAMETERS);
  return {
    kind: 'built',
    action: (plain.values[ACTION] ?? secrets[ACTION]) === 'off' ? 'off' : 'reboot',
    plain: plain.values,
    ...(sharedSecret === undefined ? {} : { sharedSecret }),
    ...(nodeSecret === undefined ? {} : { nodeSecret }),
  };
}

interface Plain {
  readonly kind: 'plain';
  readonly values: StringMap;
  readonly namesNode: boolean;
}

function plainParameters(spec: FenceAgentsRemediationSpec, nodeName: string): Plain | Wrong {
  const values: Record<string, string> = {};
  let namesNode = false;
  for (const [name, value] of Object.entries(spec.sharedparameters ?? {})) {
    if (!isSupportedAction(name, value)) return wrong(UNSUPPORTED_ACTION);
    const rendered = renderForNode(value, nodeName);
    if (rendered === undefined) return wrong(`failed to parse template in shared parameter ${name}`);
    namesNode ||= rendered !== value;
    values[name] = rendered;
  }
  for (const [name, nodes] of Object.entries(spec.nodeparameters ?? {})) {
    const value = nodes[nodeName];
    if (value === undefined) continue;
    if (!isSupportedAction(name, value)) return wrong(UNSUPPORTED_ACTION);
    values[name] = value;
  }
  return { kind: 'plain', values, namesNode };
}

/** Names an option that the Secrets set against the rules; never its value. */
function secretProblem(secrets: StringMap, plain: StringMap): string | undefined {
  for (const [name, value] of Object.entries(secrets)) {
    if (!isSupportedAction(name, value)) return UNSUPPORTED_ACTION;
    if (plain[name] !== undefined) return `invalid multiple definition of FAR parameter, parameter name: ${name}`;
  }
  return undefined;
}

function isSupportedAction(name: string, value: string): boolean {
  return !ACTION_NAMES.includes(name) || value === '' || value === 'reboot' || value === 'off';
}

function keyOfSecret(name: string | undefined, namespace: string): ObjectKey | undefined {
  return name === undefined ? undefined : { namespace, name };
}

function wrong(problem: string): Wrong {
  return { kind: 'wrong', problem };
}
