// Reading of dumps: Lists, documents, gzip and must-gather trees of one small cluster each, cut out of larger dumps.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { formatTime } from '../../core/api/time.ts';
import { readDump } from '../../twin/read-dump.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const LISTS = join(FIXTURES, 'openshift', 'lists');
const TREE = join(FIXTURES, 'openshift', 'must-gather.local.1');
const METAL3 = join(FIXTURES, 'metal3', 'all.yaml');
const SCRATCH = mkdtempSync(join(tmpdir(), 'metaltwin-'));

afterAll(() => rmSync(SCRATCH, { recursive: true }));

function scratch(name: string, content: string | Buffer): string {
  const path = join(SCRATCH, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const lines = (paths: readonly string[]) =>
  readDump(paths).problems.map(({ severity, code, line, column, message }) =>
    `${severity} ${code} ${line}:${column} ${message}`.replaceAll(`${SCRATCH}/`, ''),
  );

describe('reading a dump', () => {
  test('a folder of Lists: every object once, the moment from the latest lease', () => {
    const dump = readDump([LISTS]);
    const counts = new Map<string, number>();
    for (const { kind } of dump.objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      BareMetalHost: 8,
      Deployment: 2,
      HardwareData: 1,
      Lease: 7,
      Machine: 7,
      MachineHealthCheck: 2,
      MachineSet: 3,
      Node: 7,
      NodeMaintenance: 1,
      PersistentVolume: 17,
      PersistentVolumeClaim: 5,
      Pod: 7,
      PodDisruptionBudget: 2,
      ReplicaSet: 2,
      StatefulSet: 2,
      StorageClass: 3,
      VolumeAttachment: 5,
    });
    expect({ ...dump, objects: 0, sources: dump.sources.length, nowMs: formatTime(dump.nowMs ?? 0) }).toEqual({
      objects: 0,
      nowMs: '2026-11-22T08:06:44Z',
      nowFrom: 'renewal of lease worker-0.hci.example.com',
      sources: 17,
      layout: 'lists',
      problems: [],
    });
  });

  test('a must-gather tree: the moment from its stamp, managedFields gone', () => {
    const dump = readDump([TREE]);
    expect([dump.layout, formatTime(dump.nowMs ?? 0), dump.nowFrom]).toEqual([
      'must-gather',
      '2026-11-22T08:06:45Z',
      'must-gather timestamp 2026-11-22T08:06:45Z',
    ]);
    const source = dump.sources.find((path) => path.endsWith('nodes/worker-5.hci.example.com.yaml')) ?? '';
    expect(readFileSync(source, 'utf8')).toContain('managedFields');
    expect(dump.objects.filter(({ metadata }) => 'managedFields' in metadata)).toEqual([]);
  });

  test('logs and other files of a tree are left alone', () => {
    const node = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: n\n';
    scratch('tree/namespaces/a/pods/p/logs/current.log', 'kind: {{{');
    scratch('tree/version', 'openshift/must-gather');
    scratch('tree/cluster-scoped-resources/core/nodes/n.yaml', node);
    const dump = readDump([join(SCRATCH, 'tree')]);
    expect([dump.layout, dump.objects.length, dump.problems]).toEqual(['must-gather', 1, []]);
  });

  test('JSON, YAML documents and gzip of the same objects give the same objects', () => {
    const { objects } = readDump([METAL3]);
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    expect(readDump([scratch('a.json', json)]).objects).toEqual(objects);
    expect(readDump([scratch('b.json.gz', gzipSync(json))]).objects).toEqual(objects);
    expect(readDump([scratch('c.yaml.gz', gzipSync(readFileSync(METAL3)))]).objects).toEqual(objects);
    expect(objects.length).toBe(45);
  });

  test.each([
    ['UTF-8 with a mark', 'marked.json', (json: string) => Buffer.from(`\ufeff${json}`)],
    [
      'UTF-16, as Windows PowerShell writes it',
      'shell.json',
      (json: string) => Buffer.from(`\ufeff${json}`, 'utf16le'),
    ],
    ['gzip under another name', 'packed.json', (json: string) => gzipSync(json)],
  ])('%s is read', (_, name, written) => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'Brünn' } };
    expect(readDump([scratch(name, written(JSON.stringify(node)))]).objects).toEqual([node]);
  });

  test('YAML outside the printed style is read by the full parser', () => {
    const path = scratch(
      'flow.yaml',
      '{apiVersion: v1, kind: Node, metadata: {name: n, managedFields: []}} # by hand\n',
    );
    expect(readDump([path]).objects).toEqual([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }]);
  });

  test('several paths are read in their order', () => {
    const files = readdirSync(LISTS).sort();
    const [first, second] = [join(LISTS, files[1] ?? ''), join(LISTS, files[0] ?? '')];
    expect(readDump([first, second]).sources).toEqual([first, second]);
  });

  test.each([
    [
      'a path that does not exist',
      () => ['/nowhere/at-all.yaml'],
      ['error MT101 1:1 cannot read /nowhere/at-all.yaml: it does not exist'],
    ],
    [
      'a folder without anything readable',
      () => [join(scratch('empty/readme.txt', 'x'), '..')],
      ['error MT101 1:1 folder empty holds no .yaml, .yml or .json file'],
    ],
    [
      'an empty List',
      () => [scratch('none.yaml', 'apiVersion: v1\nitems: []\nkind: List\n')],
      ['error MT150 1:1 no Kubernetes objects in none.yaml'],
    ],
    [
      'broken YAML',
      () => [scratch('broken.yaml', 'a: 1\nb: [\n')],
      [
        'error MT100 3:1 broken.yaml cannot be parsed: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    [
      'a template of Helm',
      () => [scratch('chart.yaml', 'kind: Node\n{{- if .Values.on }}\nmetadata:\n  name: n\n{{- end }}\n')],
      ['error MT100 2:1 this is a template, not YAML'],
    ],
    [
      'two Lists printed into one file without a line between them',
      () => [scratch('twice.yaml', 'apiVersion: v1\nitems: []\nkind: List\napiVersion: v1\nitems: []\nkind: List\n')],
      ['error MT115 4:1 twice.yaml holds two documents without a line "---" between them: "apiVersion" appears twice'],
    ],
    [
      'a key that stands twice in an object',
      () => [scratch('key.yaml', 'apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n  name: b\n')],
      ['error MT115 5:3 key "name" appears twice in key.yaml'],
    ],
    [
      'an object that somebody has written in',
      () => [scratch('node.yaml', 'apiVersion: v1\nkind: Node\nmetadata:\n  name: n\nstatus: gone\n')],
      ['error MT144 1:1 Node "n" in node.yaml is damaged: status is not an object'],
    ],
    [
      'an alias of nothing',
      () => [scratch('alias.yaml', 'kind: Node\nmetadata: *x\n')],
      ['error MT100 2:11 alias.yaml cannot be read: nothing before "*x" is named "&x"'],
    ],
    [
      'a file of another encoding',
      () => [scratch('latin.yaml', Buffer.from('kind: Node\nmetadata:\n  name: Br\xfcnn\n', 'latin1'))],
      ['error MT101 1:1 cannot read latin.yaml: it is not text in UTF-8, from line 3 on'],
    ],
    [
      'half a file of UTF-16',
      () => [scratch('half.yaml', Buffer.from([0xff, 0xfe, 0x41]))],
      ['error MT101 1:1 cannot read half.yaml: it is not text in UTF-16LE'],
    ],
    [
      'a tar archive under gzip',
      () => [scratch('gather.tgz', gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\u000000')])))],
      ['error MT101 1:1 cannot read gather.tgz: it is a tar archive'],
    ],
    [
      'another compression',
      () => [scratch('nodes.yaml.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00]))],
      ['error MT101 1:1 cannot read nodes.yaml.zst: it is compressed by zstd'],
    ],
    [
      'gzip that is cut off',
      () => [scratch('cut.yaml.gz', gzipSync('kind: Node\n'.repeat(99)).subarray(0, 25))],
      ['error MT101 1:1 cannot read cut.yaml.gz: its compressed data are damaged or cut off'],
    ],
    [
      'a text that is called gzip',
      () => [scratch('plain.yaml.gz', 'kind: Node\n')],
      ['error MT101 1:1 cannot read plain.yaml.gz: its name ends in .gz, and it is not compressed by gzip'],
    ],
    [
      'something else among Kubernetes objects',
      () => [scratch('mixed.yaml', 'hello: world\n---\napiVersion: v1\nkind: Node\nmetadata: { name: n }\n')],
      ['warning MT144 1:1 1 document in mixed.yaml is no Kubernetes object; left out'],
    ],
    [
      'something that is not Kubernetes',
      () => [scratch('other.yaml', 'hello: world\n')],
      ['error MT144 1:1 other.yaml holds no Kubernetes object'],
    ],
  ] as const)('%s is a problem with its place', (_, paths, expected) => {
    expect(lines(paths())).toEqual(expected);
  });

  test.each([
    ['a folder that is gone from a tree', 'lisst', 'lists'],
    ['a file in another spelling', 'lists/nodes.yml', 'lists/nodes.yaml'],
  ] as const)('%s: the nearest name beside it is suggested', (_, given, expected) => {
    const [problem] = readDump([join(LISTS, '..', given)]).problems;
    expect(problem?.remedy).toBe(`did you mean "${join(LISTS, '..', expected)}"?`);
  });

  test('broken JSON is a problem with its place', () => {
    const [problem] = readDump([scratch('broken.json', '{\n  "a": 1,\n  oops\n}')]).problems;
    expect([problem?.code, problem?.line, problem?.column]).toEqual(['MT100', 3, 3]);
  });
});
