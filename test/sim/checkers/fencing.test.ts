// Every invariant of fencing on a trace that breaks it and on one that almost does.

import { expect, test } from 'vitest';
import type { Happening, Intent } from '../../../sim/checkers/observation.ts';
import {
  closed,
  down,
  offReading,
  opened,
  pod,
  power,
  ready,
  released,
  runs,
  type Step,
  struck,
  verdictOn,
} from './trace-kit.ts';

interface Row {
  readonly id: string;
  readonly given: string;
  readonly trace: readonly Step[];
  readonly verdict: true | false | 'unknown';
  readonly found: readonly string[];
}

const command = (id: string, host: string, reaches = host): Happening => ({
  seen: 'commandStarted',
  id,
  host,
  reaches,
  power: 'off',
  by: 'host-operator',
});
const commandEnded = (id: string, how: 'succeeded' | 'failed' | 'unknown' = 'succeeded'): Happening => ({
  seen: 'commandEnded',
  id,
  how,
});
const mark = (change: 'added' | 'changed' | 'removed', by: string, name = 'annotation a'): Happening => ({
  seen: 'mark',
  object: 'Node w1',
  mark: name,
  change,
  by,
});
const intent = (on: boolean, name: Intent = 'maintenance'): Happening => ({
  seen: 'intent',
  host: 'w1',
  intent: name,
  on,
});
const wiped = (cleanElsewhere?: number): Happening => ({
  seen: 'wiped',
  host: 'w1',
  ...(cleanElsewhere === undefined ? {} : { cleanElsewhere, required: 1 }),
});
const etcd = (...up: string[]): Happening => ({ seen: 'etcd', voters: ['m1', 'm2', 'm3'], up });
const taken = (waitedMs: number): Happening => ({
  seen: 'takenForRebooted',
  host: 'w1',
  waitedMs,
  requiredMs: 180_000,
});

const ROWS: readonly Row[] = [
  {
    id: 'S1',
    given: 'a partition heals while the pod runs in two places',
    trace: [
      [0, pod('w1', 'volume v')],
      [10, runs('w1', { reachable: false, serves: false })],
      [20, pod('w2', 'volume v')],
      [30, runs('w1', { serves: false })],
    ],
    verdict: false,
    found: ['30 w1: volume v is written by w2 too'],
  },
  {
    id: 'S1',
    given: 'the first place is cut off for good, and another pod has another volume',
    trace: [
      [0, pod('w1', 'volume v')],
      [10, runs('w1', { reachable: false, serves: false })],
      [20, pod('w2', 'volume v')],
      [30, pod('w3', 'volume other')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S2',
    given: 'the taint while a pod executes behind a dead network',
    trace: [
      [0, pod('w1')],
      [10, opened('w1')],
      [20, released('w1')],
    ],
    verdict: false,
    found: ['20 w1: outOfServiceTaint while pods execute: 1 (remediator)'],
  },
  {
    id: 'S2',
    given: 'the same on the word of a timer',
    trace: [
      [0, pod('w1')],
      [10, opened('w1', 'timer')],
      [20, released('w1')],
    ],
    verdict: 'unknown',
    found: ['20 w1: outOfServiceTaint while pods execute: 1 (remediator): a timer was trusted'],
  },
  {
    id: 'S2',
    given: 'the taint one instant after the power went',
    trace: [
      [0, pod('w1')],
      [10, opened('w1')],
      [19, down('w1')],
      [20, released('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S3',
    given: 'an address that leads to another host',
    trace: [
      [0, opened('w1')],
      [1, command('c', 'w1', 'w2')],
      [5, commandEnded('c')],
    ],
    verdict: false,
    found: ['5 w1: power off for it reached w2'],
  },
  {
    id: 'S3',
    given: 'the same, and no answer',
    trace: [
      [0, opened('w1')],
      [1, command('c', 'w1', 'w2')],
      [5, commandEnded('c', 'unknown')],
    ],
    verdict: 'unknown',
    found: ['5 w1: power off for it reached w2'],
  },
  {
    id: 'S3',
    given: 'beside an attempt on one host the operator keeps another as it is told, by a wrong address',
    trace: [
      [0, opened('w2')],
      [1, command('c', 'w1', 'w2')],
      [5, commandEnded('c')],
      [6, command('d', 'w2')],
      [7, commandEnded('d')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S3',
    given: 'the attempt is over, and the host that it switched off is switched on by a wrong address',
    trace: [
      [0, opened('w1')],
      [1, power('w1', 'off')],
      [2, closed('w1', 'escalated')],
      [3, command('c', 'w1', 'w2')],
      [5, commandEnded('c')],
    ],
    verdict: false,
    found: ['5 w1: power off for it reached w2'],
  },
  {
    id: 'S3',
    given: 'its Machine is deleted, and the provisioner meets an address that has changed since',
    trace: [
      [0, opened('w1')],
      [1, command('c', 'w1')],
      [5, commandEnded('c')],
      [6, { seen: 'request', request: 'request-w1', host: 'w1', budget: '', phase: 'AwaitingReplacement' }],
      [7, command('d', 'w1', 'w2')],
      [8, commandEnded('d')],
    ],
    verdict: 'unknown',
    found: ['8 w1: power off for it reached w2'],
  },
  {
    id: 'S3',
    given: 'the right host, and one command that the wrong one refused',
    trace: [
      [0, opened('w1')],
      [1, command('c', 'w1')],
      [5, commandEnded('c')],
      [6, command('d', 'w1', 'w2')],
      [7, commandEnded('d', 'failed')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S4',
    given: 'an attempt on a host that the policy does not select',
    trace: [
      [1, { seen: 'scope', hosts: ['w2'] }],
      [1, opened('w1')],
    ],
    verdict: false,
    found: ['1 w1: Remediator is not asked for this host'],
  },
  {
    id: 'S4',
    given: 'an attempt on a host that it did select, closed after it ceased to',
    trace: [
      [1, { seen: 'scope', hosts: ['w1'] }],
      [1, opened('w1')],
      [2, { seen: 'scope', hosts: [] }],
      [3, closed('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S4',
    given: 'an attempt, and no policy anywhere',
    trace: [[1, opened('w1')]],
    verdict: 'unknown',
    found: ['1 w1: Remediator is not asked for this host'],
  },
  {
    id: 'S5',
    given: 'an attempt opened a minute into the maintenance',
    trace: [
      [0, intent(true)],
      [60, opened('w1')],
    ],
    verdict: false,
    found: ['60 w1: Remediator begins on a host under maintenance'],
  },
  {
    id: 'S5',
    given: 'maintenance between the opening and the first harm',
    trace: [
      [60, opened('w1')],
      [61, intent(true)],
      [62, struck('w1')],
    ],
    verdict: false,
    found: ['62 w1: Remediator strikes a host under maintenance'],
  },
  {
    id: 'S5',
    given: 'opened before caches could know, called off; and maintenance after the first harm',
    trace: [
      [0, intent(true)],
      [4, opened('w1')],
      [5, closed('w1', 'cancelled')],
      [9, intent(false)],
      [20, opened('w1')],
      [21, struck('w1')],
      [22, intent(true)],
      [30, power('w1', 'off')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S6',
    given:
      'a command that was meant for another host switches it on, and later one that was meant for it does nothing wrong',
    trace: [
      [1, intent(true, 'adminOff')],
      [2, power('w1', 'off', 'start')],
      [3, { ...command('c', 'w2', 'w1'), power: 'on' } as Happening],
      [4, power('w1', 'on')],
      [5, intent(false, 'adminOff')],
      [6, power('w1', 'off')],
      [7, { ...command('d', 'w1'), power: 'on' } as Happening],
      [8, power('w1', 'on')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S6',
    given: 'power on while somebody else wants it off',
    trace: [
      [0, power('w1', 'off', 'person')],
      [1, intent(true, 'adminOff')],
      [9, power('w1', 'on')],
    ],
    verdict: false,
    found: ['9 w1: powered on though it is wanted off'],
  },
  {
    id: 'S6',
    given: 'power on of a detached host',
    trace: [
      [1, intent(true, 'detached')],
      [9, power('w1', 'on')],
    ],
    verdict: false,
    found: ['9 w1: powered on though it is detached'],
  },
  {
    id: 'S6',
    given: 'the wish was taken back, and a person may do what he likes',
    trace: [
      [1, intent(true, 'adminOff')],
      [2, power('w1', 'on', 'person')],
      [8, intent(false, 'adminOff')],
      [9, power('w1', 'on')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S7',
    given: 'a mark of another controller is removed',
    trace: [
      [1, mark('added', 'one')],
      [2, mark('removed', 'two')],
    ],
    verdict: false,
    found: ['2: two removed annotation a of one on Node w1'],
  },
  {
    id: 'S7',
    given: 'a mark of nobody known is changed',
    trace: [[2, mark('changed', 'two')]],
    verdict: 'unknown',
    found: ['2: two changed annotation a of nobody known on Node w1'],
  },
  {
    id: 'S7',
    given: 'own marks, marks that a contract hands over, and what people do',
    trace: [
      [1, mark('added', 'one')],
      [2, mark('removed', 'one')],
      [3, mark('added', 'one', 'annotation reboot.metal3.io')],
      [4, mark('removed', 'bare-metal-host', 'annotation reboot.metal3.io')],
      [5, mark('added', 'one')],
      [6, mark('removed', '')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S8',
    given: 'power on before the release',
    trace: [
      [1, opened('w1')],
      [2, power('w1', 'off')],
      [9, power('w1', 'on')],
      [10, released('w1')],
    ],
    verdict: false,
    found: ['9 w1: Remediator powers it on, and its workloads were not released'],
  },
  {
    id: 'S8',
    given: 'power on just after the release, and one that cut nothing',
    trace: [
      [1, opened('w1')],
      [2, power('w1', 'off')],
      [8, released('w1')],
      [9, power('w1', 'on')],
      [10, closed('w1')],
      [20, opened('w2')],
      [21, power('w2', 'on')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S8',
    given: 'power on before the release, of a request that was deleted',
    trace: [
      [1, opened('w1')],
      [2, power('w1', 'off')],
      [8, { seen: 'request', request: 'request-w1', host: 'w1', budget: 'b', phase: 'PoweringOff', withdrawn: true }],
      [9, power('w1', 'on')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S9',
    given: 'a reading that was asked before the power went',
    trace: [
      [1, opened('w1')],
      [9, offReading('w1', 8)],
      [10, power('w1', 'off')],
      [12, released('w1')],
    ],
    verdict: false,
    found: ['12 w1: Remediator released without a reading of off that is younger than its command'],
  },
  {
    id: 'S9',
    given: 'a reading of another host',
    trace: [
      [1, opened('w1')],
      [10, power('w1', 'off')],
      [11, offReading('w1', 11, 'w2')],
      [12, released('w1')],
    ],
    verdict: false,
    found: ['12 w1: Remediator released without a reading of off that is younger than its command'],
  },
  {
    id: 'S9',
    given: 'a reading that was asked as the power went',
    trace: [
      [1, opened('w1')],
      [10, power('w1', 'off')],
      [11, offReading('w1', 10)],
      [12, released('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S10',
    given: 'released after a cycle that has not happened yet',
    trace: [
      [1, opened('w1', 'cycle')],
      [2, struck('w1')],
      [3, released('w1')],
    ],
    verdict: false,
    found: ['3 w1: Remediator released, and the host still is in the boot that was to be ended'],
  },
  {
    id: 'S10',
    given: 'released when the next boot has just begun',
    trace: [
      [1, opened('w1', 'cycle')],
      [2, { seen: 'bootStarted', host: 'w1', by: 'self' }],
      [3, released('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S11',
    given: 'the power of one boot is cut twice',
    trace: [
      [1, opened('w1')],
      [2, power('w1', 'off')],
      [3, power('w1', 'on', 'feed')],
      [4, power('w1', 'off')],
    ],
    verdict: false,
    found: ['4 w1: Remediator cuts the power of one boot twice'],
  },
  {
    id: 'S11',
    given: 'it booted by itself while the command was on its way',
    trace: [
      [1, command('c', 'w1')],
      [2, { seen: 'bootStarted', host: 'w1', by: 'panic' }],
      [3, commandEnded('c')],
    ],
    verdict: 'unknown',
    found: ['3 w1: it booted while the command was on its way'],
  },
  {
    id: 'S11',
    given: 'the power of the next boot is cut by the next attempt',
    trace: [
      [1, opened('w1')],
      [2, power('w1', 'off')],
      [3, power('w1', 'on')],
      [3, { seen: 'bootStarted', host: 'w1', by: 'remediation' }],
      [9, closed('w1')],
      [20, opened('w1')],
      [22, power('w1', 'off')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S12',
    given: 'harm to a host that has been Ready longer than caches are old',
    trace: [
      [1, ready('w1', 'Unknown')],
      [2, opened('w1')],
      [3, ready('w1', 'True')],
      [9, struck('w1')],
    ],
    verdict: false,
    found: ['9 w1: Remediator strikes though its Node has been Ready for 6000 ms'],
  },
  {
    id: 'S12',
    given: 'it became Ready no longer ago than caches are old',
    trace: [
      [1, ready('w1', 'Unknown')],
      [2, opened('w1')],
      [3, ready('w1', 'True')],
      [8, struck('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S12',
    given: 'a person asks for a host that is Ready',
    trace: [
      [1, intent(true, 'remediate')],
      [2, opened('w1')],
      [9, struck('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S12',
    given: 'a person asked for it, and does so no longer',
    trace: [
      [1, intent(true, 'remediate')],
      [2, intent(false, 'remediate')],
      [3, ready('w1', 'Unknown')],
      [4, ready('w1', 'True')],
      [5, opened('w1')],
      [10, struck('w1')],
    ],
    verdict: false,
    found: ['10 w1: Remediator strikes though its Node has been Ready for 6000 ms'],
  },
  {
    id: 'S13',
    given: 'four of six hosts that run fall silent within half a minute',
    trace: [
      ...(['w1', 'w2', 'w3', 'm1'] as const).map((host, at): Step => [10 * at, ready(host, 'Unknown')]),
      [60, opened('w1')],
      [60, struck('w1')],
    ],
    verdict: false,
    found: ['60 w1: Remediator strikes though 4 of 6 hosts that run fell silent together'],
  },
  {
    id: 'S13',
    given: 'the observer has lost its link',
    trace: [
      [1, { seen: 'observerLink', up: false }],
      [60, opened('w1')],
      [60, struck('w1')],
    ],
    verdict: false,
    found: ['60 w1: Remediator strikes while the observer sees nothing'],
  },
  {
    id: 'S13',
    given: 'three of six, four of which one does not run, four minutes apart',
    trace: [
      ...(['w1', 'w2', 'w3'] as const).map((host): Step => [1, ready(host, 'Unknown')]),
      [2, down('m1')],
      [2, ready('m1', 'Unknown')],
      [240, ready('m2', 'Unknown')],
      [260, opened('w1')],
      [260, struck('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S14',
    given: 'one of two members that are left',
    trace: [
      [1, etcd('m1', 'm2')],
      [62, opened('m1')],
      [62, struck('m1')],
    ],
    verdict: false,
    found: ['62 m1: Remediator strikes, and 1 of 3 members stay'],
  },
  {
    id: 'S14',
    given: 'the same, before anybody can know of the third',
    trace: [
      [1, etcd('m1', 'm2')],
      [60, opened('m1')],
      [60, struck('m1')],
    ],
    verdict: 'unknown',
    found: ['60 m1: Remediator strikes, and 1 of 3 members stay'],
  },
  {
    id: 'S14',
    given: 'a second master beside the first',
    trace: [
      [1, etcd('m1', 'm2', 'm3')],
      [2, opened('m1')],
      [2, struck('m1')],
      [3, opened('m2')],
      [3, struck('m2')],
    ],
    verdict: false,
    found: ['3 m2: Remediator strikes beside m1'],
  },
  {
    id: 'S14',
    given: 'nobody knows the members',
    trace: [
      [2, opened('m1')],
      [2, struck('m1')],
    ],
    verdict: 'unknown',
    found: ['2 m1: nobody knows the members of etcd'],
  },
  {
    id: 'S14',
    given: 'the member that is down, and the next one when it is over',
    trace: [
      [1, etcd('m2', 'm3')],
      [2, opened('m1')],
      [2, struck('m1')],
      [9, closed('m1')],
      [10, etcd('m1', 'm2', 'm3')],
      [11, opened('m2')],
      [11, struck('m2')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S15',
    given: 'the leader strikes its own host',
    trace: [
      [1, { seen: 'leader', controller: 'Remediator', holder: 'a', host: 'w1' }],
      [2, opened('w1')],
      [2, struck('w1')],
    ],
    verdict: false,
    found: ['2 w1: Remediator strikes the host on which it runs'],
  },
  {
    id: 'S15',
    given: 'nobody says where it runs',
    trace: [
      [2, opened('w1')],
      [2, struck('w1')],
    ],
    verdict: 'unknown',
    found: ['2 w1: nobody knows where Remediator runs'],
  },
  {
    id: 'S15',
    given: 'another replica has taken over before',
    trace: [
      [1, { seen: 'leader', controller: 'Remediator', holder: 'a', host: 'w1' }],
      [2, { seen: 'leader', controller: 'Remediator', holder: 'b', host: 'w2' }],
      [3, opened('w1')],
      [3, struck('w1')],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S16',
    given: 'two remediators at work on one host',
    trace: [
      [1, opened('w1')],
      [2, struck('w1')],
      [3, opened('w1', 'cycle', { attempt: 'other', request: 'other', remediator: 'Other' })],
      [4, struck('w1', { attempt: 'other' })],
    ],
    verdict: false,
    found: ['4 w1: Other strikes while Remediator is at work'],
  },
  {
    id: 'S16',
    given: 'the second strikes when the first is over, a third has done nothing',
    trace: [
      [1, opened('w1')],
      [2, struck('w1')],
      [3, closed('w1', 'over')],
      [3, opened('w1', 'power', { attempt: 'idle', request: 'idle', remediator: 'Idle' })],
      [4, opened('w1', 'cycle', { attempt: 'other', request: 'other', remediator: 'Other' })],
      [5, struck('w1', { attempt: 'other' })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S16',
    given: 'another product does what the request of the first asks for',
    trace: [
      [1, opened('w1')],
      [2, struck('w1')],
      [3, opened('w1', 'timer', { attempt: 'other', remediator: 'Other' })],
      [4, struck('w1', { attempt: 'other' })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S17',
    given: 'the last whole copy is wiped',
    trace: [[5, wiped(0)]],
    verdict: false,
    found: ['5 w1: wiped, and some of its data have 0 of 1 whole copies elsewhere'],
  },
  {
    id: 'S17',
    given: 'a policy that does not allow it',
    trace: [
      [1, opened('w1', 'power', { wipe: { allowed: false, softerWanted: 1, softerMade: 1 } })],
      [5, wiped(2)],
    ],
    verdict: false,
    found: ['5 w1: Remediator wipes, which its policy does not allow'],
  },
  {
    id: 'S17',
    given: 'before its softer steps are through',
    trace: [
      [1, opened('w1', 'power', { wipe: { allowed: true, softerWanted: 2, softerMade: 1 } })],
      [5, wiped(2)],
    ],
    verdict: false,
    found: ['5 w1: Remediator wipes after 1 of 2 softer attempts'],
  },
  {
    id: 'S17',
    given: 'allowed, after the softer steps, one whole copy elsewhere, and a host without data',
    trace: [
      [1, opened('w1', 'power', { wipe: { allowed: true, softerWanted: 2, softerMade: 2 } })],
      [5, wiped(1)],
      [9, wiped()],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S18',
    given: 'a fifth login with the same credentials',
    trace: [1, 2, 3, 4, 5].map(
      (at): Step => [at, { seen: 'loginRefused', host: 'w1', code: 401, credentials: 'version 1' }],
    ),
    verdict: false,
    found: ['5 w1: login 5 with credentials that were refused'],
  },
  {
    id: 'S18',
    given: 'four, and then others',
    trace: [1, 2, 3, 4, 5].map(
      (at): Step => [
        at,
        { seen: 'loginRefused', host: 'w1', code: 401, credentials: at < 5 ? 'version 1' : 'version 2' },
      ],
    ),
    verdict: true,
    found: [],
  },
  {
    id: 'S19',
    given: 'the Node of the name is another one by now',
    trace: [
      [1, opened('w1')],
      [2, ready('w1', 'missing')],
      [3, ready('w1', 'False', 'node-new')],
      [4, released('w1', { uid: 'node-new' })],
    ],
    verdict: false,
    found: ['4 w1: Remediator was for Node node-w1, and outOfServiceTaint met node-new'],
  },
  {
    id: 'S19',
    given: 'there was no Node when it was opened',
    trace: [
      [0, ready('w1', 'missing')],
      [1, opened('w1')],
      [3, ready('w1', 'False', 'node-new')],
      [4, released('w1', { uid: 'node-new' })],
    ],
    verdict: 'unknown',
    found: ['4 w1: Remediator was for Node , and outOfServiceTaint met node-new'],
  },
  {
    id: 'S19',
    given: 'its own Node, and later a new one for an attempt of its own',
    trace: [
      [1, opened('w1')],
      [2, released('w1')],
      [3, closed('w1')],
      [4, ready('w1', 'Unknown', 'node-new')],
      [5, opened('w1')],
      [6, released('w1', { uid: 'node-new' })],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S20',
    given: 'a timer that is too short',
    trace: [
      [1, opened('w1', 'timer')],
      [9, down('w1')],
      [180, taken(179_000)],
    ],
    verdict: false,
    found: ['180 w1: held for rebooted after 179000 ms, and its agent may need 180000 ms'],
  },
  {
    id: 'S20',
    given: 'a timer that is long enough, and a watchdog that did not fire',
    trace: [
      [0, pod('w1')],
      [1, opened('w1', 'timer')],
      [181, taken(180_000)],
    ],
    verdict: 'unknown',
    found: ['181 w1: assumption broken: it goes on with the same boot'],
  },
  {
    id: 'S20',
    given: 'a timer that is long enough, and pods of the next boot',
    trace: [
      [1, opened('w1', 'timer')],
      [9, down('w1')],
      [99, runs('w1', { epoch: 1 })],
      [99, pod('w1')],
      [181, taken(180_000)],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S21',
    given: 'the fence is lifted from the boot that it shut out',
    trace: [
      [1, ready('w1', 'Unknown')],
      [2, released('w1')],
      [3, ready('w1', 'True')],
      [4, { seen: 'fenceLifted', host: 'w1', by: 'remediator' }],
    ],
    verdict: false,
    found: ['4 w1: remediator lifts the fence before another boot'],
  },
  {
    id: 'S21',
    given: 'the fence is lifted before the Node is Ready',
    trace: [
      [1, ready('w1', 'Unknown')],
      [2, released('w1')],
      [3, runs('w1', { epoch: 1 })],
      [4, { seen: 'fenceLifted', host: 'w1', by: '' }],
    ],
    verdict: false,
    found: ['4 w1: somebody lifts the fence while Ready is Unknown'],
  },
  {
    id: 'S21',
    given: 'a timer was trusted, the host no longer executes what it did, and its agent lifts the fence',
    trace: [
      [1, ready('w1', 'Unknown')],
      [1, opened('w1', 'timer')],
      [2, down('w1')],
      [3, released('w1')],
      [4, { seen: 'fenceLifted', host: 'w1', by: 'agent' }],
    ],
    verdict: 'unknown',
    found: ['4 w1: agent lifts the fence before another boot: a timer was trusted'],
  },
  {
    id: 'S21',
    given: 'a timer was trusted, and the host goes on with the same boot when the fence is lifted',
    trace: [
      [1, ready('w1', 'Unknown')],
      [1, opened('w1', 'timer')],
      [3, released('w1')],
      [4, { seen: 'fenceLifted', host: 'w1', by: 'agent' }],
    ],
    verdict: false,
    found: ['4 w1: agent lifts the fence before another boot'],
  },
  {
    id: 'S21',
    given: 'it had booted already when the fence came, and is Ready when it is lifted',
    trace: [
      [1, ready('w1', 'Unknown')],
      [2, runs('w1', { epoch: 1 })],
      [3, released('w1')],
      [4, ready('w1', 'True')],
      [5, { seen: 'fenceLifted', host: 'w1', by: 'remediator' }],
    ],
    verdict: true,
    found: [],
  },
  {
    id: 'S22',
    given: 'a write and a command in a dry run',
    trace: [
      [0, { seen: 'settings', stalenessMs: 0, dryRun: true }],
      [1, { seen: 'write', by: 'remediator', verb: 'patch', object: 'Node w1', exact: true, addsGrant: false }],
      [2, command('c', 'w1')],
    ],
    verdict: false,
    found: ['1: remediator sends patch Node w1', '2 w1: power off in a dry run'],
  },
  {
    id: 'S22',
    given: 'a dry run that only reads',
    trace: [
      [0, { seen: 'settings', stalenessMs: 0, dryRun: true }],
      [1, offReading('w1', 1)],
    ],
    verdict: true,
    found: [],
  },
];

test.each(ROWS)('$id, $given: $verdict', ({ id, trace, verdict, found }) => {
  const judged = verdictOn(id, trace);
  expect({ verdict: judged.verdict, found: judged.found }).toEqual({ verdict, found });
  expect(judged.exercised > 0 || verdict === 'unknown').toBe(true);
});

test('every invariant of fencing has a trace that breaks it and a near miss', () => {
  const ids = Array.from({ length: 22 }, (_, index) => `S${index + 1}`);
  const missing = [false, true].flatMap((verdict) =>
    ids.filter((id) => !ROWS.some((row) => row.id === id && row.verdict === verdict)).map((id) => `${id} ${verdict}`),
  );
  expect(missing).toEqual([]);
});
