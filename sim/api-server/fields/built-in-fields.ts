// Field schemas of the built-in kinds, read from the generated table when someone asks for them: a kind that nobody patches
// costs nothing, a type is parsed at its first use.
//
// The table: `BUILT_IN_KINDS` has a kind a line, `apiVersion kind number`, and `number` is the line of its type in
// `BUILT_IN_TYPES`. There a type is its Go name (`~` before it: owned as one value) and its fields, separated by spaces. A field
// is `name:type|mark|...`. Types: `#n` the type on line n, `[` list of, `{` map of, and s string, i int32, l int64, n double,
// b boolean, y bytes, t time, q quantity, x int or string, u untyped, o free-form. Marks: S set, Mkeys list map, A atomic,
// G granular, Pkey merged by a strategic patch (P alone: a list of scalars), X replaced by it, R retainKeys, ! required,
// V a struct held by value, Djson a default.
//
// Divergence from reality: alpha and beta versions are not in the table. Strings with a Go type of their own print as string.

import { broken } from '../../../core/assert.ts';
import { BUILT_IN_KINDS, BUILT_IN_TYPES } from './built-in-table.ts';
import {
  DEDUCED,
  type Field,
  type FieldSchema,
  type ListSchema,
  type MapSchema,
  type ScalarType,
  UNTYPED,
} from './field-schema.ts';

const SCALARS: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  i: 'int32',
  l: 'int64',
  n: 'double',
  b: 'boolean',
  y: 'bytes',
  t: 'time',
  q: 'quantity',
  x: 'intOrString',
};

const SCALAR_SCHEMAS: ReadonlyMap<string, FieldSchema> = new Map([
  ...Object.entries(SCALARS).map(([code, scalar]): [string, FieldSchema] => [code, { scalar }]),
  ['u', UNTYPED],
  ['o', DEDUCED],
]);

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

/** A type of the table; its fields are parsed when someone looks. */
class NamedType implements FieldSchema {
  readonly goType: string;
  private readonly line: string;
  private parsed: MapSchema | undefined;

  constructor(line: string) {
    this.line = line;
    const end = line.indexOf(' ');
    this.goType = (end < 0 ? line : line.slice(0, end)).replace('~', '');
  }

  get map(): MapSchema {
    this.parsed ??= parseType(this.line);
    return this.parsed;
  }
}

interface Table {
  readonly lines: readonly string[];
  readonly types: Map<number, NamedType>;
  readonly kinds: ReadonlyMap<string, number>;
}

class LazyTable {
  private table: Table | undefined;

  get(): Table {
    this.table ??= {
      lines: BUILT_IN_TYPES.split('\n'),
      types: new Map(),
      kinds: new Map(
        BUILT_IN_KINDS.split('\n').map((line): [string, number] => {
          const [apiVersion = '', kind = '', number = ''] = line.split(' ');
          return [`${apiVersion} ${kind}`, Number(number)];
        }),
      ),
    };
    return this.table;
  }
}

const TABLE = new LazyTable();

/** The fields of a built-in kind, or undefined where the kind is not built in. The same object for every call. */
export function builtInFields(apiVersion: string, kind: string): FieldSchema | undefined {
  const number = TABLE.get().kinds.get(`${apiVersion} ${kind}`);
  return number === undefined ? undefined : namedType(number);
}

/** Every kind of the table as `apiVersion kind`, in the order of the table. */
export function builtInKinds(): readonly string[] {
  return [...TABLE.get().kinds.keys()];
}

function namedType(number: number): NamedType {
  const { types, lines } = TABLE.get();
  const known = types.get(number);
  if (known !== undefined) return known;
  const type = new NamedType(lines[number] ?? broken('every type that is referred to has a line'));
  types.set(number, type);
  return type;
}

function parseType(line: string): MapSchema {
  const fields = new Map<string, Field>();
  const words = line.split(' ');
  for (const word of words.slice(1)) {
    const colon = word.indexOf(':');
    fields.set(word.slice(0, colon), parseField(word.slice(colon + 1)));
  }
  const atomic = line.startsWith('~');
  return fields.size === 0 ? { atomic, fields, others: DEDUCED } : { atomic, fields };
}

function parseField(text: string): Field {
  const [code = '', ...marks] = text.split('|');
  const marked = (letter: string): string | undefined => marks.find((mark) => mark.startsWith(letter))?.slice(1);
  const standard = marked('D');
  const mergeKey = marked('P');
  const strategy = mergeKey !== undefined ? 'merge' : marked('X') !== undefined ? 'replace' : undefined;
  const retainKeys = marked('R') !== undefined;
  return {
    schema: markedSchema(schemaOfCode(code), marked),
    required: marked('!') !== undefined,
    alwaysThere: marked('V') !== undefined,
    ...(standard === undefined ? {} : { default: JSON.parse(standard) }),
    ...(strategy === undefined && !retainKeys
      ? {}
      : { patch: { strategy, mergeKey: mergeKey === '' ? undefined : mergeKey, retainKeys } }),
  };
}

function schemaOfCode(code: string): FieldSchema {
  const scalar = SCALAR_SCHEMAS.get(code);
  if (scalar !== undefined) return scalar;
  const rest = code.slice(1);
  if (code.startsWith('#')) return namedType(Number(rest));
  if (code.startsWith('[')) return { list: { items: schemaOfCode(rest), kind: 'atomic', keys: [] } };
  return { map: { atomic: false, fields: NO_FIELDS, others: schemaOfCode(rest) } };
}

/** The marks of a field change how its list or map is owned, not what is in it. */
function markedSchema(schema: FieldSchema, marked: (letter: string) => string | undefined): FieldSchema {
  const keys = marked('M');
  if (schema.list !== undefined && (keys !== undefined || marked('S') !== undefined)) {
    const kind: ListSchema['kind'] = keys === undefined ? 'set' : 'map';
    return { list: { ...schema.list, kind, keys: keys?.split(',') ?? [] } };
  }
  if (marked('A') === undefined && marked('G') === undefined) return schema;
  const map = schema.map ?? broken('only maps are marked atomic or granular');
  return {
    ...(schema.goType === undefined ? {} : { goType: schema.goType }),
    map: { ...map, atomic: marked('G') === undefined },
  };
}
