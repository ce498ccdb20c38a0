// The agents on the nodes, with a network that is cut as the row says. The conformance cases are in
// test/conformance/self-node-remediation-agent.test.ts. The next check of w0 begins at +5 s; its watchdog is fed at -5 s and
// then every 20 s. m0 checks at +9 s.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import { POD } from '../../../core/api/workload.ts';
import { AgentWorld } from '../../kit/agent-world.ts';

describe('what the silence means', () => {
  test('incident I40: the product gives a node no 30 s, corrected does', () => {
    const resets = (['exact', 'corrected'] as const).map((lineage) => {
      const world = new AgentWorld({ workers: 4, lineage });
      world.until(1);
      world.cutOff('w0');
      world.until(601);
      return world.resets;
    });
    expect(resets).toEqual([['+95 w0'], ['+145 w0']]);
  });

  test('what is back within them was not lost: a switch that reboots for 75 s', () => {
    const resets = (['exact', 'corrected'] as const).map((lineage) => {
      const world = new AgentWorld({ workers: 4, lineage });
      world.until(1);
      world.cutOff('w0');
      world.until(76);
      world.join('w0');
      world.until(601);
      return world.resets;
    });
    // The product had stopped feeding its watchdog when the network came back, and nothing calls that off.
    expect(resets).toEqual([['+95 w0'], []]);
  });

  test('more peers take more batches of 5 s', () => {
    const world = new AgentWorld({ workers: 21 });
    world.until(1);
    world.cutOff('w0');
    world.until(601);
    expect(world.resets).toEqual(['+125 w0']);
  });

  test('fewer peers than minPeersForRemediation: nobody is asked, nobody resets', () => {
    const world = new AgentWorld({ workers: 3, config: { minPeersForRemediation: 3 } });
    world.until(1);
    world.cutOff('w0');
    world.until(601);
    expect(world.resets).toEqual([]);
  });

  test('a peer whose host hangs says nothing', () => {
    const world = new AgentWorld({ workers: 2, brokenShare: 1 });
    world.until(1);
    world.loseApi('w0');
    world.hang('w1');
    world.until(601);
    expect(world.resets).toEqual([]);
  });
});

describe('a control plane node', () => {
  test('incident I37: cut off from everybody it resets itself', () => {
    const world = new AgentWorld({ workers: 3, controlPlane: 3 });
    world.until(1);
    world.cutOff('m0');
    world.until(601);
    expect(world.resets).toEqual(['+79 m0']);
  });

  test('a peer of the control plane knows of a request: one failed check is enough', () => {
    const world = new AgentWorld({ workers: 3, controlPlane: 3 });
    world.until(1);
    world.loseApi('m0');
    world.request('m0', 'Reboot-Completed');
    world.until(601);
    expect(world.resets).toEqual(['+54 m0']);
  });

  test('without workers, its own kubelet and another control plane node keep it up', () => {
    const world = new AgentWorld({ workers: 0, controlPlane: 3 });
    world.until(1);
    world.loseApi('m0', 'm1', 'm2');
    world.until(601);
    expect(world.resets).toEqual([]);
  });
});

describe('a request for the node', () => {
  test('is obeyed once, and not again by the boot that follows', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    world.request('w0');
    world.until(301);
    world.agentStarts('w0');
    world.until(601);
    expect(world.resets).toEqual(['+31 w0']);
    expect(world.events).toEqual(['+1 w0 NodeReboot']);
  });

  test('that is newer than the boot is obeyed by the agent that starts late', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    world.hang('w0');
    world.until(301);
    world.request('w0');
    world.until(331);
    world.agentStarts('w0');
    world.until(601);
    expect(world.resets).toEqual(['+55 w0', '+361 w0']);
  });

  test('is not obeyed before the manager has done its part', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    world.request('w0', 'Reboot-Completed');
    world.until(601);
    expect(world.resets).toEqual([]);
  });

  test('is seen when the API server is found again', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    world.loseApi('w0');
    world.request('w0');
    world.until(30);
    world.findApi('w0');
    world.until(601);
    expect(world.resets).toEqual(['+60 w0']);
  });

  test('nobody obeys where the agent was stopped', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    const pod = { namespace: 'operators', name: 'self-node-remediation-ds-w0' };
    world.store.delete(POD, pod, { gracePeriodMs: 0 });
    world.request('w0');
    world.hang('w0');
    world.until(601);
    expect(world.resets).toEqual([]);
  });
});

describe('a hang', () => {
  test('is ended by the watchdog, 40 to 60 s later', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    world.hang('w0');
    world.until(601);
    expect(world.resets).toEqual(['+55 w0']);
  });

  test('that passes before the watchdog fires has no consequence', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    const hang = world.hang('w0');
    world.until(31);
    world.endHang('w0', hang);
    world.until(601);
    expect(world.resets).toEqual([]);
  });

  test('in the middle of a reset leaves the watchdog to finish it', () => {
    const world = new AgentWorld({ workers: 2 });
    world.until(1);
    world.request('w0');
    world.until(20);
    world.hang('w0');
    world.until(601);
    expect(world.resets).toEqual(['+55 w0']);
  });

  test('of a host that nothing resets lasts', () => {
    const world = new AgentWorld({ workers: 2, brokenShare: 1 });
    world.until(1);
    world.hang('w0');
    world.request('w1');
    world.until(601);
    expect(world.resets).toEqual([]);
  });
});

test('every node says at the start that it can reboot itself', () => {
  const { store } = new AgentWorld({ workers: 1, controlPlane: 1 });
  expect(store.list(NODE).map(({ metadata }) => metadata.annotations)).toEqual(
    ['m0', 'w0'].map(() => ({
      'is-reboot-capable.self-node-remediation.medik8s.io': 'true',
      'self-node-remediation.medik8s.io/watchdog-timeout': '60',
    })),
  );
});
