// What a YAML document means, where it means anything: the parser takes documents that have no plain value.

import { type Document, isCollection, isNode, type Node, visit } from 'yaml';

/** Why there is no value, from where to where in the text. */
export interface NoValue {
  readonly message: string;
  readonly remedy: string;
  readonly range: readonly [from: number, to: number];
}

export type YamlValue = { readonly value: unknown } | { readonly trouble: NoValue };

/** Maps, lists and scalars, anchors and merge keys resolved. */
export function yamlValue(document: Document.Parsed): YamlValue {
  const key = collectionKeyIn(document);
  if (key !== undefined) {
    const remedy = 'a key is a text: put it in quotes';
    return { trouble: { message: 'a list or a mapping stands as a key', remedy, range: rangeOf(key) } };
  }
  const alias = wrongAlias(document);
  if (alias !== undefined) return { trouble: alias };
  try {
    return { value: document.toJS() };
  } catch (error) {
    // Merge keys are followed now, and not before.
    return { trouble: unfollowed(document, error) };
  }
}

/** The first key that is a list or a mapping, as `{{ .Values.name }}` makes one. */
export function collectionKeyIn(document: Document.Parsed): Node | undefined {
  let found: Node | undefined;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      found = key;
      return visit.BREAK;
    },
  });
  return found;
}

/** The first alias of nothing, or of something that it is a part of. */
function wrongAlias(document: Document.Parsed): NoValue | undefined {
  let trouble: NoValue | undefined;
  const named = new Map<string, unknown>();
  visit(document, {
    Alias(_, alias, path) {
      const { source } = alias;
      const meant = named.get(source);
      if (meant !== undefined && !path.some((around) => around === meant)) return undefined;
      const message =
        meant === undefined ? `nothing before "*${source}" is named "&${source}"` : `"*${source}" is a part of itself`;
      const remedy = `name something before it "&${source}", or put "*${source}" in quotes where it is a text`;
      trouble = { message, remedy, range: rangeOf(alias) };
      return visit.BREAK;
    },
    Node(_, node) {
      if (node.anchor !== undefined) named.set(node.anchor, node);
    },
  });
  return trouble;
}

function unfollowed(document: Document.Parsed, error: unknown): NoValue {
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: `aliases or merge keys lead nowhere: ${message}`,
    remedy: 'write out what they stand for',
    range: rangeOf(document.contents),
  };
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = isNode(node) ? node.range : undefined;
  return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
}
