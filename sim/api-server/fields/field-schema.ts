// What the server knows about the fields of a kind: enough to merge, to compare, to own and to decode. Built-in types give it
// from a table, CustomResourceDefinitions from their structural schema, kinds without a schema have it deduced from values.
//
// Divergence from reality: none known; a value that may be of several shapes has several members, as in structured-merge-diff.

export type ScalarType =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'bytes'
  | 'time'
  | 'quantity'
  | 'intOrString'
  | 'any';

/** What a value may be; more than one member where the schema leaves it open. */
export interface FieldSchema {
  readonly scalar?: ScalarType;
  readonly list?: ListSchema;
  readonly map?: MapSchema;
  /** As Go's decoder prints the type: `v1.PodSpec`. */
  readonly goType?: string;
}

export interface ListSchema {
  readonly items: FieldSchema;
  /** `atomic`: one value; `set`: scalars, each owned by itself; `map`: objects, each owned by its keys. */
  readonly kind: 'atomic' | 'set' | 'map';
  /** Names of the fields that identify an item of a `map`; else empty. */
  readonly keys: readonly string[];
}

/** A struct has fields, a map has `others`; a free-form object has `others` that accept anything. */
export interface MapSchema {
  /** True: one value, like a scalar. */
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, Field>;
  /** Schema of names that are not declared; absent: there may be none. */
  readonly others?: FieldSchema;
}

export interface Field {
  readonly schema: FieldSchema;
  readonly required: boolean;
  /** Used for list keys that an item leaves out. */
  readonly default?: string | number | boolean;
  /** True for Go structs held by value: a real object always has them, if only as `{}`. */
  readonly alwaysThere: boolean;
  readonly patch?: PatchRule;
}

/** Of strategic merge patches. */
export interface PatchRule {
  /** Lists: `merge` merges items, else the list is replaced. Objects merge, except under `replace`. */
  readonly strategy: 'merge' | 'replace' | undefined;
  readonly mergeKey: string | undefined;
  readonly retainKeys: boolean;
}

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();
const NO_KEYS: readonly string[] = [];

function recursive(build: (self: FieldSchema) => FieldSchema): FieldSchema {
  const self: { scalar?: ScalarType; list?: ListSchema; map?: MapSchema } = {};
  return Object.assign(self, build(self));
}

/** A value of which nothing is known and that is owned as one. Source: kube-openapi pkg/schemaconv/smd.go. */
export const UNTYPED: FieldSchema = recursive((self) => ({
  scalar: 'any',
  list: { items: self, kind: 'atomic', keys: NO_KEYS },
  map: { atomic: true, fields: NO_FIELDS, others: self },
}));

/** A value whose objects are owned field by field, and whose lists are owned as one. Source: as above. */
export const DEDUCED: FieldSchema = recursive((self) => ({
  scalar: 'any',
  list: { items: UNTYPED, kind: 'atomic', keys: NO_KEYS },
  map: { atomic: false, fields: NO_FIELDS, others: self },
}));

/** The schema of one name below an object: declared, or that of the others, or undefined where there may be none. */
export function fieldBelow(map: MapSchema, name: string): FieldSchema | undefined {
  return map.fields.get(name)?.schema ?? map.others;
}

/** The members of a schema that a value can have; all of them where the value fits none, or there is none. */
export function shapeFor(schema: FieldSchema, value: unknown): FieldSchema {
  if (value === undefined || value === null) return schema;
  if (Array.isArray(value)) return schema.list === undefined ? schema : { list: schema.list };
  if (typeof value === 'object') return schema.map === undefined ? schema : { map: schema.map };
  return schema.scalar === undefined ? schema : { scalar: schema.scalar };
}
