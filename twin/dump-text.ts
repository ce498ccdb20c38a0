// One text of a dump to its objects: JSON, or YAML of one or many documents; Lists are opened, managedFields dropped.

import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../core/api/object.ts';
import type { Problem } from '../scenarios/problem.ts';
import { parsePrintedYaml } from './printed-yaml.ts';

export interface TextObjects {
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
}

export function objectsInText(file: string, text: string): TextObjects {
  const parsed = parseText(file, text);
  if ('problems' in parsed) return { objects: [], problems: parsed.problems };
  const objects: KubeObject[] = [];
  let strangers = 0;
  const visit = (value: unknown) => {
    if (value === null || value === undefined) return;
    const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
    if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
      for (const item of items) visit(item);
    } else if (isKubeObject(value)) objects.push(withoutManagedFields(value));
    else strangers++;
  };
  for (const document of parsed.documents) visit(document);
  if (strangers === 0) return { objects, problems: [] };
  const whole = { code: 'MT144', file, line: 1, column: 1 } as const;
  if (objects.length === 0) {
    const remedy = 'give files of kubectl get -o yaml or -o json';
    return {
      objects,
      problems: [{ ...whole, severity: 'error', message: `${file} holds no Kubernetes object`, remedy }],
    };
  }
  const left = strangers === 1 ? '1 document' : `${strangers} documents`;
  return {
    objects,
    problems: [
      {
        ...whole,
        severity: 'warning',
        message: `${left} in ${file} ${strangers === 1 ? 'is no Kubernetes object' : 'are no Kubernetes objects'}; left out`,
      },
    ],
  };
}

type Parsed = { readonly documents: readonly unknown[] } | { readonly problems: readonly Problem[] };

/** JSON where it is called so or looks so; kubectl users pipe either into files of any name. */
function parseText(file: string, text: string): Parsed {
  const called = /\.json(\.gz)?$/.test(file);
  if (!called && !/^\s*[{[]/.test(text)) return parseYaml(file, text);
  const parsed = parseJson(file, text);
  return called || 'documents' in parsed ? parsed : parseYaml(file, text);
}

function parseJson(file: string, text: string): Parsed {
  try {
    return { documents: [JSON.parse(text)] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    const before = text.slice(0, at).split('\n');
    return { problems: [broken(file, message, before.length, (before[before.length - 1] ?? '').length + 1)] };
  }
}

function parseYaml(file: string, text: string): Parsed {
  const printed = parsePrintedYaml(text);
  if (printed !== undefined) return { documents: printed };
  const parsed = parseAllDocuments(text, { strict: false, uniqueKeys: false, prettyErrors: true });
  const list = Array.isArray(parsed) ? parsed : [];
  const problems = list.flatMap(({ errors }) =>
    errors.slice(0, 1).map((error) => {
      const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
      return broken(file, error.message.split(' at line')[0] ?? error.message, line, col);
    }),
  );
  return problems.length > 0 ? { problems } : { documents: list.map((document): unknown => document.toJS()) };
}

function broken(file: string, message: string, line: number, column: number): Problem {
  return { code: 'MT100', severity: 'error', message: `${file} cannot be parsed: ${message}`, file, line, column };
}

function isKubeObject(value: unknown): value is KubeObject {
  const { apiVersion, kind, metadata } = value as { readonly [field: string]: unknown };
  return (
    typeof apiVersion === 'string' &&
    typeof kind === 'string' &&
    typeof metadata === 'object' &&
    metadata !== null &&
    typeof (metadata as { readonly name?: unknown }).name === 'string'
  );
}

/** managedFields are half of a dump and nobody reads them. */
function withoutManagedFields(object: KubeObject): KubeObject {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & {
    readonly managedFields?: unknown;
  };
  return { ...object, metadata };
}
