// A manifest as an API server would hold it: with a uid and a version, without status and managed fields. Of a Secret only the
// names of its keys are kept, so that no value can be printed; under each stands the same word.
//
// Divergence from reality: an address of a BMC that stands in a Secret is not known, and the agent does not find it.

import { parseAllDocuments } from 'yaml';
import * as z from 'zod/mini';
import { type KubeObject, kindKeyOf, type StringMap } from '../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../../core/api/remediation-policy.ts';
import { UNHEALTHY_CONDITIONS_KEY } from '../../core/health/mro-unhealthy-conditions.ts';
import { uidOf } from '../generate/names.ts';
import type { PositionedDocument } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { parseGoDuration } from '../quantities.ts';
import { lazyObject } from '../schema-values.ts';
import { yamlValue } from '../yaml-value.ts';
import { withoutLastApplied } from './passwords.ts';

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'NodeHealthCheck.remediation.medik8s.io',
  'NodeMaintenance.nodemaintenance.medik8s.io',
  'NodeMaintenance.nodemaintenance.kubevirt.io',
  REMEDIATION_POLICY.key,
  REMEDIATION_BUDGET.key,
]);

type Stored = { readonly object: KubeObject; readonly problems: readonly Problem[] };

/** `problems`: what is wrong inside a text that no schema looks into. */
export function stored(object: KubeObject, document: PositionedDocument): Stored {
  const { name, namespace = 'default', labels } = object.metadata;
  const { annotations } = withoutLastApplied(object.metadata.annotations);
  const kindKey = kindKeyOf(object);
  const place = CLUSTER_SCOPED.has(kindKey) ? undefined : namespace;
  const kept: KubeObject = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(place === undefined ? {} : { namespace: place }),
      uid: uidOf(`policy/${kindKey}/${place ?? ''}/${name}`),
      resourceVersion: '1',
      generation: 1,
      ...(isEmpty(labels) ? {} : { labels }),
      ...(isEmpty(annotations) ? {} : { annotations }),
    },
    ...(object.spec === undefined ? {} : { spec: object.spec }),
  };
  if (kindKey === 'Secret') return { object: withKeys(kept, object as WithData), problems: [] };
  if (kindKey === 'ConfigMap') return withConditions(kept, object as WithData, document);
  return { object: kept, problems: [] };
}

interface WithData extends KubeObject {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly stringData?: Readonly<Record<string, unknown>>;
}

/** An API server keeps no empty maps of labels or annotations. */
function isEmpty(map: StringMap | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

function withKeys(kept: KubeObject, { data, stringData }: WithData): KubeObject {
  return { ...kept, ...{ data: unreadData(Object.keys({ ...data, ...stringData })) } };
}

/** Data of a Secret whose values stay unread: an agent that gets one has a value, and no BMC here asks which. */
export function unreadData(keys: readonly string[]): StringMap {
  return Object.fromEntries([...keys].sort().map((key) => [key, btoa('unread')]));
}

const unhealthyConditions = lazyObject(() => ({
  items: z.array(
    z.strictObject({
      name: z.string().check(z.minLength(1)),
      status: z.string().check(z.minLength(1)),
      timeout: z.string().check(z.refine((text) => parseGoDuration(text) !== undefined)),
    }),
  ),
}));

/** The text under `conditions` is YAML; it is kept as JSON, which is YAML too, so that nobody has to parse YAML later. */
function withConditions(kept: KubeObject, { data }: WithData, document: PositionedDocument): Stored {
  const path = ['data', UNHEALTHY_CONDITIONS_KEY];
  const text = data?.[UNHEALTHY_CONDITIONS_KEY];
  const parsed = unhealthyConditions.safeParse(typeof text === 'string' ? valueInText(text) : undefined);
  if (!parsed.success) {
    return {
      object: kept,
      problems: [
        {
          code: 'MT105',
          severity: 'error',
          message: `"data.${UNHEALTHY_CONDITIONS_KEY}" is no list of unhealthy conditions`,
          ...document.placeOf(path),
          why: 'The operator cannot read it, and then looks at no node.',
          remedy: 'write a text such as "items: [{ name: Ready, status: Unknown, timeout: 300s }]"',
        },
      ],
    };
  }
  const conditions = JSON.stringify(parsed.data);
  return { object: { ...kept, ...{ data: { ...data, [UNHEALTHY_CONDITIONS_KEY]: conditions } } }, problems: [] };
}

/** Undefined where the text is no YAML. */
function valueInText(text: string): unknown {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  const [first] = Array.isArray(documents) ? documents : [];
  if (first === undefined || first.errors.length > 0) return undefined;
  const read = yamlValue(first);
  return 'value' in read ? read.value : undefined;
}
