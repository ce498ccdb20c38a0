// The members of etcd: who is up, who votes, and whether there is a quorum. Seconds after the start.

import { describe, expect, test } from 'vitest';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { ETCD_CATCH_UP_MS } from '../../../sim/machine/defaults.ts';
import { EtcdMembers } from '../../../sim/machine/etcd-members.ts';
import { DrivenTruth } from '../../kit/driven-truth.ts';
import { aHost } from '../../kit/tiny-world.ts';

class EtcdWorld {
  readonly kernel = new Kernel(0);
  readonly truth: DrivenTruth;
  readonly etcd: EtcdMembers;
  /** `lost` and `found` with their seconds. */
  readonly quorum: string[] = [];

  /** Members on all hosts but the last `spares`. */
  constructor(hosts: number, spares = 0) {
    const names = Array.from({ length: hosts }, (_, i) => `h${i}`);
    this.truth = new DrivenTruth(
      names.map((name) => ({ nodeName: `node-${name}`, bareMetalHost: `metal/${name}`, rack: 'r' })),
    );
    this.etcd = new EtcdMembers(this.kernel, this.truth);
    this.etcd.onQuorumChanged((has) => this.quorum.push(`${has ? 'found' : 'lost'} +${this.kernel.nowMs / 1000}`));
    this.etcd.start(names.map((name, i) => aHost(name, 'r', { controlPlane: i < hosts - spares })));
  }

  at(seconds: number, then: () => void): void {
    this.kernel.runUntil(Math.round(seconds * 1000));
    then();
  }

  roles(): readonly string[] {
    return this.etcd.hosts().map((host) => `${host} ${this.etcd.roleOf(host)} ${this.etcd.isUp(host) ? 'up' : 'down'}`);
  }
}

describe('quorum', () => {
  test.each([
    { members: 1, tolerated: 0 },
    { members: 2, tolerated: 0 },
    { members: 3, tolerated: 1 },
    { members: 4, tolerated: 1 },
    { members: 5, tolerated: 2 },
    { members: 7, tolerated: 3 },
  ])('$members members tolerate $tolerated down, and no one more; the first to return brings it back', (row) => {
    const world = new EtcdWorld(row.members);
    for (let host = 0; host <= row.tolerated; host++) {
      expect(world.etcd.hasQuorum).toBe(true);
      world.at(host + 1, () => world.truth.die(`node-h${host}`));
    }
    expect([world.etcd.hasQuorum, world.quorum]).toEqual([false, [`lost +${row.tolerated + 1}`]]);
    world.at(100, () => world.truth.boot('node-h0'));
    expect([world.etcd.hasQuorum, world.quorum.at(-1)]).toEqual([true, 'found +100']);
  });

  test.each([
    ['a dead kubelet', (truth: DrivenTruth) => truth.loseKubelet('node-h0'), true],
    ['an isolated host', (truth: DrivenTruth) => truth.isolate('node-h0'), false],
    ['a dead host', (truth: DrivenTruth) => truth.die('node-h0'), false],
  ] as const)('with one of two members: %s leaves it %s', (_, strike, up) => {
    const world = new EtcdWorld(2);
    strike(world.truth);
    expect([world.etcd.isUp(0), world.etcd.hasQuorum]).toEqual([up, up]);
  });

  test('a host whose disk is written anew is down as a member, although it runs', () => {
    const world = new EtcdWorld(3);
    world.etcd.wiped(0);
    expect(world.roles()).toEqual(['0 voter down', '1 voter up', '2 voter up']);
    world.truth.die('node-h1');
    expect(world.etcd.hasQuorum).toBe(false);
  });

  test('without control plane hosts etcd is somewhere else: nothing is ever lost', () => {
    const world = new EtcdWorld(3, 3);
    for (const name of ['node-h0', 'node-h1', 'node-h2']) world.truth.die(name);
    expect([world.etcd.hasQuorum, world.quorum]).toEqual([true, []]);
  });
});

describe('a new member', () => {
  const CATCH_UP_S = ETCD_CATCH_UP_MS / 1000;

  test('learns first and votes when it has copied the database; until then it counts for nothing', () => {
    const world = new EtcdWorld(4, 1);
    world.at(10, () => world.etcd.join(3));
    expect(world.roles().at(-1)).toBe('3 learner up');
    world.at(10 + CATCH_UP_S - 0.001, () => undefined);
    expect(world.roles().at(-1)).toBe('3 learner up');
    world.at(10 + CATCH_UP_S, () => undefined);
    expect(world.roles().at(-1)).toBe('3 voter up');
  });

  test('a learner does not tip the quorum', () => {
    const world = new EtcdWorld(4, 1);
    world.etcd.join(3);
    world.truth.die('node-h0');
    expect(world.etcd.hasQuorum).toBe(true);
    world.truth.die('node-h1');
    expect(world.etcd.hasQuorum).toBe(false);
  });

  test('nor is it missed: two of three voters are enough although the learner is down', () => {
    const world = new EtcdWorld(4, 1);
    world.etcd.join(3);
    world.truth.die('node-h3');
    world.truth.die('node-h0');
    expect(world.etcd.hasQuorum).toBe(true);
  });

  test('whose host is wiped while it waits for a quorum does not join', () => {
    const world = new EtcdWorld(4, 1);
    world.truth.die('node-h0');
    world.truth.die('node-h1');
    world.etcd.join(3);
    world.etcd.wiped(3);
    world.truth.boot('node-h1');
    expect(world.roles().length).toBe(3);
  });

  test('in the place of a lost one: a reprovisioned host leaves the ghost behind', () => {
    const world = new EtcdWorld(3);
    world.etcd.wiped(0);
    world.at(600, () => world.etcd.join(0));
    expect(world.roles()).toEqual(['1 voter up', '2 voter up', '0 learner up']);
    world.at(600 + CATCH_UP_S, () => undefined);
    expect(world.roles()).toEqual(['1 voter up', '2 voter up', '0 voter up']);
  });

  test('a host that registers again with its data is what it was', () => {
    const world = new EtcdWorld(3);
    world.etcd.join(0);
    expect(world.roles()[0]).toBe('0 voter up');
  });

  test('one learns at a time', () => {
    const world = new EtcdWorld(5, 2);
    world.etcd.join(3);
    world.etcd.join(4);
    expect(world.roles().slice(3)).toEqual(['3 learner up']);
    world.at(CATCH_UP_S, () => undefined);
    expect(world.roles().slice(3)).toEqual(['3 voter up', '4 learner up']);
    world.at(2 * CATCH_UP_S, () => undefined);
    expect(world.roles().slice(3)).toEqual(['3 voter up', '4 voter up']);
  });

  test('needs a quorum to join, to be promoted, and to be taken out', () => {
    const world = new EtcdWorld(4, 1);
    world.truth.die('node-h0');
    world.truth.die('node-h1');
    world.etcd.join(3);
    expect([world.roles().length, world.etcd.remove(0)]).toEqual([3, false]);
    world.at(50, () => world.truth.boot('node-h1'));
    expect(world.roles()).toEqual(['0 voter down', '1 voter up', '2 voter up', '3 learner up']);
    world.truth.die('node-h1');
    world.at(50 + CATCH_UP_S, () => undefined);
    expect(world.roles().at(-1)).toBe('3 learner up');
    world.at(100, () => world.truth.boot('node-h1'));
    expect(world.roles().at(-1)).toBe('3 voter up');
    expect([world.etcd.remove(0), world.roles().length]).toEqual([true, 3]);
  });

  test('the first member of an empty cluster votes at once', () => {
    const world = new EtcdWorld(1, 1);
    world.etcd.join(0);
    expect(world.roles()).toEqual(['0 voter up']);
  });

  test('removing a dead member can bring the quorum of the others nearer, never take it away', () => {
    const world = new EtcdWorld(4);
    world.truth.die('node-h0');
    expect(world.etcd.remove(0)).toBe(true);
    world.truth.die('node-h1');
    expect(world.etcd.hasQuorum).toBe(true);
  });
});
