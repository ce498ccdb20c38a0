// Fence agents against the hosts: does every node have its parameters, and does each address belong to the node's own BMC?
// Parameters in a Secret are not seen and not asked for.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import {
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationTemplate,
} from '../../core/api/fence-agents-remediation.ts';
import { kindKeyOf, type StringMap } from '../../core/api/object.ts';
import type { ClusterModel } from '../cluster/inventory.ts';
import { some } from '../cluster/inventory.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { at, type PolicyContext, title } from './finding.ts';
import { type HealthCheck, targetsOf } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

const PARAMETERS: Path = ['spec', 'template', 'spec', 'nodeparameters'];
/** Options by which agents are told where a BMC is. Source: fence-agents, fence_ipmilan and fence_redfish. */
const ADDRESS_OPTIONS = ['--ip', 'ip', '--ipaddr', 'ipaddr', '-a'];

export function fenceAgentProblems(
  manifest: Manifest,
  checks: readonly HealthCheck[],
  context: PolicyContext,
): readonly Problem[] {
  if (kindKeyOf(manifest.object) !== FENCE_AGENTS_REMEDIATION_TEMPLATE.key) return [];
  const spec = (manifest.object as FenceAgentsRemediationTemplate).spec?.template?.spec ?? {};
  const parameters = spec.nodeparameters ?? {};
  const nodes = new Set(context.fleet.nodes.map(({ metadata }) => metadata.name));
  const named = new Set(
    [...Object.values(parameters), spec.nodeSecretNames ?? {}].flatMap((byNode) => Object.keys(byNode)),
  );
  const unknown = [...named].filter((node) => !nodes.has(node));
  const problems: Problem[] = [];
  if (unknown.length > 0) {
    problems.push(
      at(
        manifest,
        PARAMETERS,
        {
          code: 'MT125',
          severity: 'warning',
          message: `${title(manifest)} has parameters of ${unknown.length === 1 ? 'a node' : `${unknown.length} nodes`} that the cluster does not have: ${some(unknown)}`,
          ...longerName(unknown[0] ?? '', [...nodes]),
        },
        context,
      ),
    );
  }
  const users = checks.filter(({ templates }) =>
    templates.some(
      ({ kind, name, namespace }) =>
        kind === manifest.object.kind &&
        name === manifest.object.metadata.name &&
        namespace === manifest.object.metadata.namespace,
    ),
  );
  for (const check of users) {
    const { nodeSecretNames: secrets = {}, sharedparameters: shared = {} } = spec;
    problems.push(...missingParameters(manifest, check, { parameters, secrets, shared }, context));
  }
  return [...problems, ...foreignAddresses(manifest, parameters, context)];
}

/** People write the short name of a node that is registered under its full one. */
function longerName(short: string, nodes: readonly string[]): { readonly remedy: string } {
  const full = nodes.find((node) => node.startsWith(`${short}.`));
  return { remedy: full === undefined ? 'take them out, or use the names of this cluster' : `did you mean "${full}"?` };
}

function missingParameters(
  manifest: Manifest,
  check: HealthCheck,
  given: {
    readonly parameters: Readonly<Record<string, StringMap>>;
    readonly secrets: StringMap;
    readonly shared: StringMap;
  },
  context: PolicyContext,
): readonly Problem[] {
  const targets = targetsOf(check, context.cluster, context.fleet);
  const byLack = new Map<string, string[]>();
  for (const [option, byNode] of Object.entries(given.parameters)) {
    // A node without a value of its own gets the shared one; a Secret may hold anything.
    if (given.shared[option] !== undefined) continue;
    const without = targets.filter(({ name }) => byNode[name] === undefined && given.secrets[name] === undefined);
    if (without.length === 0) continue;
    const nodes = some(without.map(({ name }) => name));
    const lack = `for ${without.length} of the ${targets.length} Nodes that "${check.name}" selects: ${nodes}`;
    byLack.set(lack, [...(byLack.get(lack) ?? []), option]);
  }
  return [...byLack].map(([lack, options]) =>
    at(
      manifest,
      [...PARAMETERS, options[0] ?? ''],
      {
        code: 'MT125',
        severity: 'warning',
        message: `${title(manifest)} has no ${options.join(', ')} ${lack}`,
        why: 'Without them the agent does not reach the BMC, and fencing fails after all its tries.',
        remedy: 'add them under the full name of each node, or name a Secret of the node in nodeSecretNames',
      },
      context,
    ),
  );
}

/** Addresses that lead to no BMC, or to that of another node, whose host would then be powered off. */
function foreignAddresses(
  manifest: Manifest,
  parameters: Readonly<Record<string, StringMap>>,
  context: PolicyContext,
): readonly Problem[] {
  const addressOf = bmcAddresses(context.cluster);
  const nodeAt = new Map([...addressOf].map(([node, address]) => [address, node]));
  return ADDRESS_OPTIONS.flatMap((option) =>
    Object.entries(parameters[option] ?? {}).flatMap(([node, address]) => {
      const own = addressOf.get(node);
      if (own === undefined || own === address) return [];
      const other = nodeAt.get(address);
      return [
        at(
          manifest,
          [...PARAMETERS, option, node],
          {
            code: 'MT125',
            severity: 'warning',
            message: `${option} of ${node} is ${address}, ${other === undefined ? 'where no host of the cluster has its BMC' : `the BMC of ${other}`}; its own is at ${own}`,
            remedy: `write ${own}`,
            ...(other === undefined ? {} : { why: `Fencing ${node} would power off ${other}.` }),
          },
          context,
        ),
      ];
    }),
  );
}

/** Node name to the host part of its BMC's address. */
function bmcAddresses({ input, hosts }: ClusterModel): ReadonlyMap<string, string> {
  return new Map(
    hosts.flatMap(({ namespace, name, nodeName }) => {
      const address = input.get(BARE_METAL_HOST, namespace, name)?.spec?.bmc?.address;
      const host = address === undefined ? undefined : hostOf(address);
      return host === undefined ? [] : [[nodeName, host] as const];
    }),
  );
}

/** `192.0.2.1` of `redfish+https://192.0.2.1:443/redfish/v1`, `ipmi://192.0.2.1` or `192.0.2.1`. */
function hostOf(address: string): string | undefined {
  return /^(?:[a-z0-9+-]+:\/\/)?(?:\[([^\]]+)\]|([^:/]+))/i
    .exec(address)
    ?.slice(1)
    .find((part) => part !== undefined);
}
