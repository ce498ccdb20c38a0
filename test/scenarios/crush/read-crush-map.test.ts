// What is wrong with a CRUSH map is said all at once, each with its line and what to do; what is right makes a map.

import { describe, expect, test } from 'vitest';
import { readCrushMap } from '../../../scenarios/crush/read-crush-map.ts';

const TUNABLES = `tunable choose_local_tries 0
tunable choose_local_fallback_tries 0
tunable choose_total_tries 50
tunable chooseleaf_descend_once 1
tunable chooseleaf_vary_r 1
tunable chooseleaf_stable 1
`;

const REST = `device 0 osd.0 class ssd
device 1 osd.1
type 0 osd
type 1 host
type 11 root
host a {
	id -2
	id -4 class ssd
	alg straw2
	hash 0	# rjenkins1
	item osd.0 weight 1.500
	item osd.1
}
root default {
	id -1
	id -3 class ssd
	alg straw2
	hash 0
	item a
}
rule data {
	id 0
	type replicated
	min_size 1
	max_size 10
	step take default class ssd
	step set_chooseleaf_tries 5
	step chooseleaf firstn 0 type host
	step emit
}
`;

const GOOD = `# begin crush map\n${TUNABLES}${REST}`;

/** Line, code and message of every problem, and what to do. */
function problemsOf(text: string): readonly string[] {
  return readCrushMap('map.txt', text).problems.map(
    ({ line, code, message, remedy }) => `${line} ${code} ${message}${remedy === undefined ? '' : ` => ${remedy}`}`,
  );
}

test('a text becomes a map: weights in fixed-point, shadows of classes, items without a weight', () => {
  const { map, problems } = readCrushMap('map.txt', GOOD);
  expect(problems).toEqual([]);
  expect(map).toEqual({
    devices: new Map([
      [0, { id: 0, name: 'osd.0', deviceClass: 'ssd' }],
      [1, { id: 1, name: 'osd.1' }],
    ]),
    types: new Map([
      [0, 'osd'],
      [1, 'host'],
      [11, 'root'],
    ]),
    buckets: new Map([
      [
        -2,
        {
          id: -2,
          name: 'a',
          type: 1,
          items: [
            { id: 0, weight: 98_304 },
            { id: 1, weight: 65_536 },
          ],
        },
      ],
      [-1, { id: -1, name: 'default', type: 11, items: [{ id: -2, weight: 163_840 }] }],
      [-4, { id: -4, name: 'a~ssd', type: 1, items: [{ id: 0, weight: 98_304 }] }],
      [-3, { id: -3, name: 'default~ssd', type: 11, items: [{ id: -4, weight: 98_304 }] }],
    ]),
    rules: new Map([
      [
        0,
        {
          id: 0,
          name: 'data',
          steps: [
            { op: 'take', item: -3 },
            { op: 'set', setting: 'chooseleaf_tries', value: 5 },
            { op: 'choose', mode: 'firstn', count: 0, type: 1, leaf: true },
            { op: 'emit' },
          ],
        },
      ],
    ]),
    tunables: { chooseTotalTries: 50, chooseleafDescendOnce: true, chooseleafVaryR: 1, chooseleafStable: true },
    chooseArgs: new Map(),
  });
});

describe('everything that is wrong, from top to bottom', () => {
  const rows: readonly { title: string; given: string; expected: readonly string[] }[] = [
    {
      title: 'words where others should come; reading goes on at the next line',
      given: GOOD.replace('tunable choose_total_tries 50', 'tunabel choose_total_tries 50')
        .replace('device 1 osd.1', 'device one osd.1')
        .replace('item osd.0 weight 1.500', 'item osd.0 weight much')
        .replace('step set_chooseleaf_tries 5', 'step set_chooseleaf_tries five')
        .replace('step emit', 'stop'),
      expected: [
        '4 MT161 "tunabel" begins neither a statement nor a bucket => did you mean "tunable"?',
        '9 MT161 "one" where a number should come',
        '18 MT161 "much" where a weight should come',
        '19 MT123 the map has no device or bucket "osd.1" => did you mean "osd.0"?',
        '34 MT161 "five" where a whole number should come',
        '36 MT161 "stop" where one of: id, ruleset, type, min_size, max_size, step, } should come',
      ],
    },
    {
      title: 'what Ceph can and this cannot, by name',
      given: `${REST.replace('alg straw2', 'alg straw')
        .replace('hash 0\t#', 'hash 2\t#')
        .replace('step emit', 'step set_choose_local_tries 2\n\tstep set_msr_descents 3')}choose_args 7 {\n}\n`,
      expected: [
        '1 MT163 tunable choose_local_fallback_tries is 5, which it is where the map does not say; only 0 is supported => ceph osd crush tunables bobtail, or later, sets it to 0',
        '1 MT163 tunable choose_local_tries is 2, which it is where the map does not say; only 0 is supported => ceph osd crush tunables bobtail, or later, sets it to 0',
        '6 MT163 bucket "a" has the hash 2; only rjenkins1 is supported => write 0',
        '6 MT163 bucket "a" is of the algorithm straw; only straw2 is supported => ceph osd crush set-all-straw-buckets-to-straw2 converts straw',
        '29 MT163 step set_choose_local_tries is not supported => supported are take, choose, chooseleaf, emit, set_choose_tries, set_chooseleaf_tries, set_chooseleaf_vary_r, set_chooseleaf_stable',
        '30 MT163 step set_msr_descents is not supported => supported are take, choose, chooseleaf, emit, set_choose_tries, set_chooseleaf_tries, set_chooseleaf_vary_r, set_chooseleaf_stable',
        '32 MT163 choose_args 7 hold for one pool alone; only those for all are supported => take them out',
      ],
    },
    {
      title: 'names that mean nothing, and names that mean two things',
      given: GOOD.replace('device 1 osd.1', 'device 0 osd.0')
        .replace('item osd.1', 'item osd.11')
        .replace('take default class ssd', 'take defualt')
        .replace('type host', 'type hosts'),
      expected: [
        '9 MT120 the id of a device 0 is there twice => give every one its own',
        '9 MT120 the name of a device "osd.0" is there twice => give every one its own',
        '19 MT123 the map has no device or bucket "osd.11" => did you mean "osd.0"?',
        '33 MT123 the map has no device or bucket "defualt" => did you mean "default"?',
        '35 MT123 the map has no type "hosts" => did you mean "host"?',
      ],
    },
    {
      title: 'a bucket in itself',
      given: GOOD.replace('item osd.1', 'item default'),
      expected: [
        '13 MT162 bucket "a" contains itself => take one of the items on the way out',
        '21 MT162 bucket "default" contains itself => take one of the items on the way out',
      ],
    },
    {
      title: 'a class without the ids of its shadows',
      given: GOOD.replace('\tid -4 class ssd\n', '').replace('class ssd\n\tstep', 'class nvme\n\tstep'),
      expected: [
        '13 MT123 bucket "a" has no id for class ssd, and a bucket above it has one => crushtool -c and -d gives it one',
        '32 MT123 "default" has no id for class nvme => crushtool -c and -d gives it one',
      ],
    },
    {
      title: 'a brace that is forgotten, and one at the end',
      given: GOOD.replace('item osd.1\n}', 'item osd.1').replace(/}\n$/, ''),
      expected: [
        '20 MT161 "root" where one of: id, alg, hash, item, } should come',
        '36 MT161 the text ends where "}" should come',
      ],
    },
    {
      title: 'choose_args of the wrong length, and of no bucket',
      given: `${GOOD}choose_args 18446744073709551615 {\n{\nbucket_id -2\nweight_set [ [ 1 ] ]\n}\n{\nbucket_id -9\n}\n}\n`,
      expected: [
        '39 MT162 the choose_args of bucket "a" need 2 values in every list',
        '43 MT123 the map has no bucket "-9"',
      ],
    },
    {
      title: 'ids beyond all bounds',
      given: GOOD.replace('device 1 osd.1', 'device 99999999 osd.1').replace('id -1\n', 'id 5\n'),
      expected: [
        '9 MT105 the id of device "osd.1" is 99999999, not from 0 to 1048576',
        '21 MT105 the id of bucket "default" is 5, not from -1048576 to -1',
      ],
    },
    {
      title: 'a compiled map',
      given: 'a\u0000host',
      expected: ['1 MT161 this is no text, but perhaps a compiled map => crushtool -d map.txt prints its text'],
    },
    {
      title: 'a text that is no map: one problem, not one for each line',
      given: 'apiVersion: v1\nkind: List\nitems: []\n',
      expected: ['1 MT161 this is no CRUSH map => give what "crushtool -d" or "ceph osd crush dump" prints'],
    },
    {
      title: 'an empty file',
      given: '',
      expected: ['1 MT161 this is no CRUSH map => give what "crushtool -d" or "ceph osd crush dump" prints'],
    },
    {
      title: 'JSON that is another',
      given: '{\n  "devices": [],\n  "types": [],\n  "buckets": [{ "id": "x" }],\n  "rules": []\n}\n',
      expected: [
        '1 MT103 the document has no "tunables" => add "tunables"',
        '4 MT103 "buckets[0]" has no "alg" => add "alg"',
        '4 MT103 "buckets[0]" has no "hash" => add "hash"',
        '4 MT103 "buckets[0]" has no "items" => add "items"',
        '4 MT103 "buckets[0]" has no "name" => add "name"',
        '4 MT103 "buckets[0]" has no "type_id" => add "type_id"',
        '4 MT104 "buckets[0].id" is "x", expected a number',
      ],
    },
  ];

  test.each(rows)('$title', ({ given, expected }) => {
    expect(problemsOf(given)).toEqual(expected);
    expect(readCrushMap('map.txt', given).map).toBeUndefined();
  });
});
