// Policy files to manifests: every document of every file, checked against the schema of its kind. A kind whose controller is
// not built is an error that names it: ignoring it would compare something else than what was asked for.

import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import type { FileReader } from '../file-reader.ts';
import { type PositionedDocument, readPositioned } from '../positioned-yaml.ts';
import { type Place, type Problem, unreadable } from '../problem.ts';
import { checkDocument } from '../schema-problems.ts';
import { isBesidePolicy, notPolicy, unsupported } from './kind-problems.ts';
import { MANIFEST_SCHEMAS } from './manifest-schemas.ts';
import { documentWithoutPasswords, mayHoldPassword, withoutPasswordValue } from './passwords.ts';
import { stored } from './stored-manifest.ts';

/** One manifest, with the text that it came from; none for objects found in an imported cluster. */
export interface Manifest {
  readonly object: KubeObject;
  readonly document: PositionedDocument | undefined;
}

export interface ReadPolicy {
  /** Kinds and names of documents that are not used because of their problems. */
  readonly refused: ReadonlySet<string>;
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
}

/** A file of a policy; `place` is where a scenario names it. */
export interface PolicyFile {
  readonly path: string;
  readonly place?: Place;
}

export function readPolicy(files: readonly PolicyFile[], reader: FileReader): ReadPolicy {
  const manifests: Manifest[] = [];
  const refused = new Set<string>();
  const problems: Problem[] = [];
  for (const { path: file, place } of files) {
    const read = reader.readText(file);
    if (read.kind === 'unreadable') {
      problems.push(unreadable(file, read, place ?? { file, line: 1, column: 1 }, 'name the files in it, one by one'));
      continue;
    }
    const text = readPositioned(file, read.text);
    problems.push(
      ...(mayHoldSecret(read.text) || mayHoldPassword(read.text) ? text.problems.map(withoutSource) : text.problems),
    );
    if (text.documents.length === 0 && text.problems.length === 0) {
      problems.push({
        code: 'MT101',
        severity: 'error',
        message: `${file} holds no manifest`,
        file,
        line: 1,
        column: 1,
        remedy: 'for no remediation at all, name a policy without files',
      });
    }
    for (const document of text.documents.flatMap(itemsOf)) {
      const checked = readManifest(documentWithoutPasswords(document));
      if ('problems' in checked) {
        problems.push(...checked.problems);
        if (checked.problems.length > 0) refused.add(nameIn(document));
      } else manifests.push(checked);
    }
  }
  return { manifests, problems, refused };
}

/** `FenceAgentsRemediationTemplate/ipmi`: under which a reference may look for a document that is not used. */
function nameIn({ value }: PositionedDocument): string {
  const { kind, metadata } = (value ?? {}) as {
    readonly kind?: unknown;
    readonly metadata?: { readonly name?: unknown };
  };
  return `${String(kind)}/${String(metadata?.name)}`;
}

/** The items of a List, each still knowing its place; any other document itself. */
function itemsOf(document: PositionedDocument): readonly PositionedDocument[] {
  const value = document.value as { readonly kind?: unknown; readonly items?: unknown };
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List') || !Array.isArray(value.items)) return [document];
  return value.items.map((item: unknown, index) => ({
    file: document.file,
    value: item,
    placeOf: (path) => document.placeOf(['items', index, ...path]),
    placeOfKey: (path) => document.placeOfKey(['items', index, ...path]),
  }));
}

function readManifest(document: PositionedDocument): Manifest | { readonly problems: readonly Problem[] } {
  const header = document.value as { readonly apiVersion?: unknown; readonly kind?: unknown } | null;
  const { apiVersion, kind } = header ?? {};
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return {
      problems: [
        {
          code: 'MT144',
          severity: 'error',
          message: 'not a Kubernetes object: apiVersion or kind is missing',
          ...document.placeOf([]),
        },
      ],
    };
  }
  const versions = MANIFEST_SCHEMAS[kindKeyOf({ apiVersion, kind })];
  if (versions === undefined) {
    return { problems: isBesidePolicy(kind) ? [] : [unsupported(apiVersion, kind, document)] };
  }
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const schema = versions[version];
  if (schema === undefined) {
    return {
      problems: [
        {
          code: 'MT141',
          severity: 'error',
          message: `${kind} has no version ${version} here`,
          ...document.placeOf(['apiVersion']),
          remedy: `served: ${Object.keys(versions).join(', ')}`,
        },
      ],
    };
  }
  const checked = checkDocument(schema, document);
  if (!checked.ok) {
    const problems = checked.problems.map(withoutPasswordValue);
    return { problems: kind === 'Secret' ? problems.map(withoutSource) : problems };
  }
  const object = checked.value as KubeObject;
  const foreign = notPolicy(object, document);
  if (foreign !== undefined) return { problems: [foreign] };
  const { object: kept, problems } = stored(object, document);
  return problems.length > 0 ? { problems } : { object: kept, document };
}

/** The line of a Secret may show its value. */
function mayHoldSecret(text: string): boolean {
  return /\bkind["']?\s*:\s*["']?Secret\b/.test(text);
}

function withoutSource({ source: _, ...problem }: Problem): Problem {
  return problem;
}

/** Policy objects found in a cluster, as the policy `as-is`. Their status is kept: it is part of the state. */
export function asIsManifests(objects: readonly KubeObject[]): readonly Manifest[] {
  return objects.map((object) => ({ object, document: undefined }));
}
