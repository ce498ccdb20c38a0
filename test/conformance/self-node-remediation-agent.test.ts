// What the agents of SelfNodeRemediation conclude on the nodes. Source of the cases (C209 to C212): medik8s/self-node-remediation
// 640aac50. They
// have no objects to come out: what comes out is a reset, or none.
//
// The next check of w0 begins at +5 s and fails 5 s later, the others follow every 20 s: the third has failed at +50 s, and the
// peers are asked. A batch with a silent peer, or with one that has no API server, takes 5 s. Then the watchdog, which was fed
// every 20 s from -5 s on, is fed no more; it would fire 60 s after its last feeding, but the agent tries again every 20 s
// and resets the host itself once that feeding is more than 30 s ago: at its first try, or at its second.

import { describe, expect, test } from 'vitest';
import { AgentWorld } from '../kit/agent-world.ts';

/** One worker loses the API server at 1 s; nobody asks for 10 min. */
function lost(world: AgentWorld): AgentWorld {
  world.until(1);
  world.loseApi('w0');
  return world;
}

describe('the API server is lost', () => {
  test('case C209: a peer says that there is no request: no reboot', () => {
    const world = lost(new AgentWorld({ workers: 4 }));
    world.until(601);
    expect(world.resets).toEqual([]);
  });

  test('case C210: a peer knows of a request: reboot', () => {
    const world = lost(new AgentWorld({ workers: 4 }));
    world.request('w0', 'Reboot-Completed');
    world.until(601);
    expect(world.resets).toEqual(['+70 w0']);
  });

  test('case C211: most peers have lost it, too: no reboot of anybody, request or no request', () => {
    const world = new AgentWorld({ workers: 4 });
    world.until(1);
    world.request('w0');
    world.loseApi('w0', 'w1', 'w2', 'w3');
    world.until(601);
    expect(world.resets).toEqual([]);
  });

  test('case C211: half of the peers can still tell: they do', () => {
    const world = new AgentWorld({ workers: 5 });
    world.until(1);
    world.loseApi('w0', 'w3', 'w4');
    world.request('w0');
    world.until(601);
    expect(world.resets).toEqual(['+95 w0']);
  });

  test('case C212: no peer answers: reboot', () => {
    const world = new AgentWorld({ workers: 4 });
    world.until(1);
    world.cutOff('w0');
    world.until(601);
    expect(world.resets).toEqual(['+95 w0']);
  });

  test('case C212: a network that is back before the peers are asked has done no harm', () => {
    const world = new AgentWorld({ workers: 4 });
    world.until(1);
    world.cutOff('w0');
    world.until(40);
    world.join('w0');
    world.until(601);
    expect(world.resets).toEqual([]);
  });
});
