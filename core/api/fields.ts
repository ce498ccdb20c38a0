// The language in which the fields of our own kinds are described once: the CustomResourceDefinitions, the checks of manifests
// and the page for users are made from these descriptions. The words are OpenAPI's; the compiler holds them to the types of core,
// so that a field that is added there must be described here.

/** What the types cannot say. Written twice, for the API server and for us; a test holds the two to one verdict. */
export interface FieldRule<T> {
  /** In CEL, about `self`. */
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
  readonly holds: (value: T) => boolean;
}

interface Described<T> {
  readonly description: string;
  readonly default?: T;
  readonly rules?: readonly FieldRule<T>[];
}

export interface TextField<T extends string = string> extends Described<T> {
  readonly type: 'string';
  readonly enum?: readonly T[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface NumberField extends Described<number> {
  readonly type: 'integer' | 'number';
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface FlagField extends Described<boolean> {
  readonly type: 'boolean';
}

export interface ListField<Item> extends Described<readonly Item[]> {
  readonly type: 'array';
  readonly items: FieldOf<Item>;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** `set`: each once. A list of names: the fields that together are the key of an entry. Absent: replaced as a whole. */
  readonly uniqueBy?: 'set' | readonly (keyof Item & string)[];
}

export interface MapField<Value> extends Described<Readonly<Record<string, Value>>> {
  readonly type: 'object';
  readonly values: FieldOf<Value>;
}

export interface ObjectField<T> extends Described<T> {
  readonly type: 'object';
  readonly required?: readonly (keyof T & string)[];
  readonly properties: { readonly [Name in keyof T & string]-?: FieldOf<NonNullable<T[Name]>> };
}

/** The description that fits a type. */
export type FieldOf<T> = [T] extends [string]
  ? TextField<T>
  : [T] extends [number]
    ? NumberField
    : [T] extends [boolean]
      ? FlagField
      : [T] extends [readonly (infer Item)[]]
        ? ListField<Item>
        : string extends keyof T
          ? MapField<T[keyof T]>
          : ObjectField<T>;

/** A description of whatever type, for those that walk over it. */
export interface AnyField {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly description: string;
  readonly default?: unknown;
  readonly rules?: readonly FieldRule<never>[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: AnyField;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueBy?: 'set' | readonly string[];
  readonly values?: AnyField;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, AnyField>>;
}
