// One text of a dump to its objects: JSON, or YAML of one or many documents; Lists are opened, managedFields dropped.

import { parseAllDocuments, type YAMLError } from 'yaml';
import type { KubeObject } from '../core/api/object.ts';
import { firstTemplate, templateProblem } from '../scenarios/positioned-yaml.ts';
import type { Problem } from '../scenarios/problem.ts';
import { type NoValue, yamlValue } from '../scenarios/yaml-value.ts';
import { misshapen } from './dump-shape.ts';
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
  const damaged: string[] = [];
  const visit = (value: unknown) => {
    if (value === null || value === undefined) return;
    const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
    if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
      for (const item of items) visit(item);
    } else if (isKubeObject(value)) {
      const wrong = misshapen(value);
      if (wrong === undefined) objects.push(withoutManagedFields(value));
      else damaged.push(`${value.kind} "${value.metadata.name}" in ${file} is damaged: ${wrong}`);
    } else strangers++;
  };
  for (const document of parsed.documents) visit(document);
  const whole = { code: 'MT144', file, line: 1, column: 1 } as const;
  if (damaged.length > 0) {
    const remedy = 'print it again, or write what its API takes';
    return { objects, problems: damaged.map((message) => ({ ...whole, severity: 'error', message, remedy })) };
  }
  if (strangers === 0) return { objects, problems: [] };
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
  const parsed = parseAllDocuments(text, { strict: false, prettyErrors: true });
  const list = Array.isArray(parsed) ? parsed : [];
  const problems = list.flatMap(({ errors }) => errors.slice(0, 1).map((error) => yamlProblem(file, text, error)));
  if (problems.length > 0) return { problems };
  const documents: unknown[] = [];
  for (const document of list) {
    const read = yamlValue(document);
    if ('value' in read) documents.push(read.value);
    else problems.push(valueProblem(file, text, read.trouble));
  }
  return problems.length > 0 ? { problems } : { documents };
}

function yamlProblem(file: string, text: string, { code, message, linePos }: YAMLError): Problem {
  const { line, col } = linePos?.[0] ?? { line: 1, col: 1 };
  if (code !== 'DUPLICATE_KEY') {
    if (firstTemplate(text) !== undefined) return templateProblem({ file, line, column: col });
    return broken(file, message.split(' at line')[0] ?? message, line, col);
  }
  const key = /^[^\s:]+/.exec(text.split('\n')[line - 1]?.slice(col - 1) ?? '')?.[0] ?? '';
  const place = { file, line, column: col };
  const twice = { code: 'MT115', severity: 'error', ...place } as const;
  // What printing two kinds into one file leaves: at the margin, and of every object.
  return col === 1 && HEADER.has(key)
    ? {
        ...twice,
        message: `${file} holds two documents without a line "---" between them: "${key}" appears twice`,
        why: 'YAML would keep only the last one and drop the first silently.',
        remedy: 'write each into a file of its own, or "---" between them',
      }
    : {
        ...twice,
        message: `key "${key}" appears twice in ${file}`,
        why: 'YAML would keep only the last one and drop the first silently.',
        remedy: 'merge the two, or remove one',
      };
}

function valueProblem(file: string, text: string, { message, remedy, range }: NoValue): Problem {
  const before = text.slice(0, range[0]).split('\n');
  const place = { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  if (firstTemplate(text) !== undefined) return templateProblem(place);
  return { code: 'MT100', severity: 'error', message: `${file} cannot be read: ${message}`, ...place, remedy };
}

const HEADER: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'items', 'spec', 'status']);

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
