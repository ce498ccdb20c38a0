// Random CRUSH maps as texts, with placements to ask of them: flat and deep trees, equal and uneven weights, device classes, the
// tunables of four releases, replicated and erasure-coded rules, choose_args; OSDs and hosts out, OSDs partly in.

import { Draws, rootKey, type Stream } from '../../sim/kernel/rng.ts';

export interface RandomCrushMap {
  readonly text: string;
  /** OSDs of every host. */
  readonly hosts: readonly (readonly number[])[];
  readonly cases: readonly CrushCase[];
}

/** One question to crushtool: everything it needs beside the map and the range of x. */
export interface CrushCase {
  readonly rule: number;
  readonly size: number;
  /** OSD and its reweight, as for `--weight`. */
  readonly weights: readonly (readonly [osd: number, weight: string])[];
}

const PROFILES = [
  { name: 'jewel', varyR: 1, stable: 1 },
  { name: 'jewel', varyR: 1, stable: 1 },
  { name: 'hammer', varyR: 1, stable: 0 },
  { name: 'bobtail', varyR: 0, stable: 0 },
  { name: 'odd', varyR: 3, stable: 0 },
] as const;

interface Bucket {
  readonly id: number;
  readonly shadows: ReadonlyMap<string, number>;
  readonly type: string;
  readonly name: string;
  readonly items: readonly { readonly name: string; readonly weight: number; readonly child?: Bucket }[];
}

/** The same map for the same seed. */
export function randomCrushMap(seed: string): RandomCrushMap {
  return new Drawing(new Draws(rootKey(seed), 0).stream('crush map', 'parts')).map();
}

class Drawing {
  private readonly stream: Stream;
  private readonly buckets: Bucket[] = [];
  private readonly devices: { readonly id: number; readonly deviceClass: string | undefined }[] = [];
  private readonly hosts: number[][] = [];
  private classes: readonly string[] = [];
  private ids: number[] = [];
  private weigh: () => number = () => 1;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  map(): RandomCrushMap {
    const depth = this.one(['flat', 'hosts', 'racks', 'racks', 'racks', 'rows'] as const);
    this.classes = this.chance(0.5) ? ['hdd', 'ssd'] : [];
    this.weigh = this.one([
      () => 1,
      () => 1 + this.below(3000) / 1000,
      () => this.below(8_000_000) / 100_000,
      () => (this.chance(0.05) ? 0 : 10 ** (this.below(4) - 1)),
    ]);
    this.ids = this.shuffled(Array.from({ length: 400 }, (_, index) => -1 - index));
    const root = this.tree(depth);
    const rules = this.rules(depth);
    return {
      text: [this.tunables(), this.deviceLines(), TYPES, this.bucketLines(), rules.text, this.chooseArgs(root)].join(
        '\n',
      ),
      hosts: this.hosts,
      cases: this.cases(rules.sizes),
    };
  }

  private tree(depth: 'flat' | 'hosts' | 'racks' | 'rows'): Bucket {
    const hosts = (count: number): Bucket[] => Array.from({ length: count }, () => this.host());
    const racks = (count: number): Bucket[] =>
      Array.from({ length: count }, (_, index) =>
        this.bucket('rack', `rack${this.buckets.length}-${index}`, hosts(1 + this.below(5))),
      );
    if (depth === 'flat') {
      const host = this.osds(3 + this.below(12));
      this.hosts.push(...host.map((osd) => [osd.id]));
      return this.bucket('root', 'default', [], host);
    }
    if (depth === 'hosts') return this.bucket('root', 'default', hosts(2 + this.below(8)));
    if (depth === 'racks') return this.bucket('root', 'default', racks(2 + this.below(6)));
    const rows = [0, 1, 2].map((row) => this.bucket('row', `row${row}`, racks(1 + this.below(3))));
    return this.bucket('root', 'default', rows);
  }

  private host(): Bucket {
    const osds = this.osds(this.chance(0.05) ? 0 : 1 + this.below(6));
    // An OSD that is found below two hosts: allowed, and a trap for who counts on hosts being apart.
    const other = this.chance(0.1) ? this.hosts.at(-1)?.[0] : undefined;
    if (other !== undefined) osds.push({ id: other, weight: this.weigh() });
    this.hosts.push(osds.map(({ id }) => id));
    return this.bucket('host', `host${this.hosts.length}`, [], osds);
  }

  private osds(count: number): { readonly id: number; readonly weight: number }[] {
    return Array.from({ length: count }, () => {
      // Numbers are missing where OSDs were removed.
      const id = (this.devices.at(-1)?.id ?? -1) + (this.chance(0.1) ? 3 : 1);
      const deviceClass = this.classes.length === 0 || this.chance(0.05) ? undefined : this.one(this.classes);
      this.devices.push({ id, deviceClass });
      return { id, weight: this.weigh() };
    });
  }

  private bucket(
    type: string,
    name: string,
    children: readonly Bucket[],
    osds: readonly { readonly id: number; readonly weight: number }[] = [],
  ): Bucket {
    const bucket = {
      id: this.ids.pop() ?? 0,
      shadows: new Map(this.classes.map((deviceClass) => [deviceClass, this.ids.pop() ?? 0])),
      type,
      name,
      items: [
        ...children.map((child) => ({
          name: child.name,
          // Reweighted subtrees: a bucket need not weigh what its items do.
          weight: this.chance(0.1) ? this.below(20) : child.items.reduce((sum, item) => sum + item.weight, 0),
          child,
        })),
        ...osds.map(({ id, weight }) => ({ name: `osd.${id}`, weight })),
      ],
    };
    this.buckets.push(bucket);
    return bucket;
  }

  private tunables(): string {
    const { varyR, stable } = this.one(PROFILES);
    return [
      '# begin crush map',
      'tunable choose_local_tries 0',
      'tunable choose_local_fallback_tries 0',
      `tunable choose_total_tries ${this.one([50, 50, 50, 100, 4])}`,
      `tunable chooseleaf_descend_once ${this.chance(0.8) ? 1 : 0}`,
      `tunable chooseleaf_vary_r ${varyR}`,
      `tunable chooseleaf_stable ${stable}`,
      'tunable straw_calc_version 1',
      'tunable allowed_bucket_algs 54',
      '',
    ].join('\n');
  }

  private deviceLines(): string {
    return this.devices
      .map(({ id, deviceClass }) => `device ${id} osd.${id}${deviceClass === undefined ? '' : ` class ${deviceClass}`}`)
      .join('\n');
  }

  private bucketLines(): string {
    const digits = this.one([3, 3, 5]);
    return this.buckets
      .map(({ id, shadows, type, name, items }) =>
        [
          `${type} ${name} {`,
          `\tid ${id}\t\t# do not change unnecessarily`,
          ...[...shadows].map(([deviceClass, shadow]) => `\tid ${shadow} class ${deviceClass}`),
          '\talg straw2',
          '\thash 0\t# rjenkins1',
          ...items.map((item) => `\titem ${item.name} weight ${item.weight.toFixed(digits)}`),
          '}',
        ].join('\n'),
      )
      .join('\n');
  }

  private rules(depth: 'flat' | 'hosts' | 'racks' | 'rows'): {
    readonly text: string;
    readonly sizes: readonly number[];
  } {
    const domain = depth === 'flat' ? 'osd' : this.one(depth === 'hosts' ? ['host'] : ['host', 'rack']);
    const outer = depth === 'flat' ? 'osd' : depth === 'hosts' ? 'host' : depth === 'racks' ? 'rack' : 'row';
    const inner = outer === 'host' ? 'osd' : 'host';
    const take = (): string =>
      `take default${this.classes.length > 0 && this.chance(0.6) ? ` class ${this.one(this.classes)}` : ''}`;
    const drawn: readonly { readonly size: number; readonly steps: readonly string[] }[] = [
      { size: 3, steps: [take(), `chooseleaf firstn 0 type ${domain}`, 'emit'] },
      {
        size: 2 + this.below(7),
        steps: [
          'set_chooseleaf_tries 5',
          `set_choose_tries ${this.one([100, 3])}`,
          take(),
          `chooseleaf indep 0 type ${domain}`,
          'emit',
        ],
      },
      {
        size: 3 + this.below(2),
        steps: [take(), `choose firstn 2 type ${outer}`, `chooseleaf firstn 2 type ${inner}`, 'emit'],
      },
      {
        size: 5 + this.below(2),
        steps: [take(), `choose indep 3 type ${outer}`, `chooseleaf indep 2 type ${inner}`, 'emit'],
      },
      { size: 3, steps: [take(), `choose ${this.one(['firstn', 'indep'])} 0 type osd`, 'emit'] },
      { size: 4, steps: [take(), `chooseleaf ${this.one(['firstn', 'indep'])} 0 type osd`, 'emit'] },
      {
        size: 3,
        steps: [
          take(),
          `chooseleaf firstn 1 type ${domain}`,
          'emit',
          'set_chooseleaf_vary_r 2',
          'set_chooseleaf_stable 1',
          take(),
          `chooseleaf firstn -1 type ${domain}`,
          'emit',
        ],
      },
      { size: 4, steps: [take(), `choose indep 0 type ${outer}`, 'choose indep 1 type osd', 'emit'] },
    ];
    const text = drawn
      .map(({ steps }, id) =>
        [
          `rule rule${id} {`,
          `\tid ${id}`,
          `\ttype ${steps.some((step) => step.includes('indep')) ? 'erasure' : 'replicated'}`,
          '\tmin_size 1',
          '\tmax_size 10',
          ...steps.map((step) => `\tstep ${step}`),
          '}',
        ].join('\n'),
      )
      .join('\n');
    return { text, sizes: drawn.map(({ size }) => size) };
  }

  private chooseArgs(root: Bucket): string {
    if (!this.chance(0.25)) return '# end crush map\n';
    const described = this.buckets.filter((bucket) => bucket === root || this.chance(0.5));
    const args = described.map((bucket) => {
      const sets = Array.from({ length: this.one([1, 1, 3]) }, () =>
        bucket.items.map(({ weight }) => (weight * (0.8 + this.below(400) / 1000)).toFixed(3)).join(' '),
      );
      const ids = bucket.items.map(() => 1000 + this.below(1000)).join(' ');
      return [
        '  {',
        `    bucket_id ${bucket.id}`,
        ...(bucket.items.length === 0 ? [] : ['    weight_set [', ...sets.map((set) => `      [ ${set} ]`), '    ]']),
        ...(this.chance(0.2) && bucket.items.length > 0 ? [`    ids [ ${ids} ]`] : []),
        '  }',
      ].join('\n');
    });
    return ['# choose_args', 'choose_args 18446744073709551615 {', ...args, '}', '# end crush map', ''].join('\n');
  }

  private cases(sizes: readonly number[]): readonly CrushCase[] {
    const none: CrushCase['weights'] = [];
    const out = this.devices.flatMap(({ id }) => (this.chance(0.15) ? [[id, '0'] as const] : []));
    const partly = this.devices.flatMap(({ id }) =>
      this.chance(0.4) ? [[id, (this.below(1000) / 1000).toFixed(this.one([2, 3]))] as const] : [],
    );
    return sizes.flatMap((size, rule) =>
      this.one([[none, partly], [none, out], [partly], [out], [none]]).map((weights) => ({ rule, size, weights })),
    );
  }

  private below(limit: number): number {
    return Math.floor(this.stream.next() * limit);
  }

  private chance(share: number): boolean {
    return this.stream.next() < share;
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  private shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }
}

const TYPES = ['', 'type 0 osd', 'type 1 host', 'type 3 rack', 'type 4 row', 'type 11 root', ''].join('\n');
