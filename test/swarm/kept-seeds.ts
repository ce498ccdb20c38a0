// Seeds that showed what nobody had thought of, each with what was wrong and the test that says it without a swarm. What a seed
// draws changes when the swarm learns to draw something else: then it is a seed like any other, and the other test remains.

export interface KeptSeed {
  readonly seed: string;
  readonly showed: string;
  /** Where the same stands as a small story. */
  readonly test: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [
  {
    seed: 'swarm-29',
    showed: 'a policy with an old view made a remediation that a newer view cancelled, a thousand times a second',
    test: 'test/core/health/remediation-policy.test.ts',
  },
  {
    seed: 'swarm-21',
    showed:
      'a budget granted a further attempt on a master, and the remediation declined it for the quorum, without end',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-1261',
    showed: 'a budget swapped in took an older resync for the doing of the failed host, and took a second replica away',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-1131',
    showed: 'an agent that came late tainted a Node that had returned with its rack',
    test: 'test/core/remediation/host-remediation-late-boot.test.ts',
  },
  {
    seed: 'swarm-4804',
    showed:
      'a host that was only cut off was switched off for its own missing copies, while a disk of another was dead',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-2676',
    showed: 'a second attempt took a host away again that had been back, while others had failed',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-2699',
    showed: 'an address that changed after a host was switched off was held against who had switched it off',
    test: 'test/sim/checkers/fencing.test.ts',
  },
  {
    seed: 'swarm-4566',
    showed: "a person's wish in a mass failure was held against the policy",
    test: 'test/sim/checkers/fencing.test.ts',
  },
  {
    seed: 'swarm-79',
    showed:
      'a question to a management controller got no answer, no poll told that it answered again, and the host stayed off',
    test: 'test/sim/host/bmc-readings.test.ts',
  },
  {
    seed: 'swarm-397',
    showed: 'five faults that slow a boot made one of twenty hours of it',
    test: 'test/sim/host/boot-steps.test.ts',
  },
  {
    seed: 'swarm-3891',
    showed: 'a master was struck while the Node of another was Ready and its member of etcd cut off from its peers',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-4707',
    showed: 'the same once the quorum was lost and nobody could be asked about the members',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-3168',
    showed:
      'the last three of eight hosts fell silent with the spine, which is not half of a pool, and were struck unheard',
    test: 'test/core/health/remediation-policy.test.ts',
  },
  {
    seed: 'swarm-2057',
    showed: 'a Node that had been well for a minute was reset, because it had been asked to fence itself before',
    test: 'test/core/remediation/host-remediation-self-fencing.test.ts',
  },
  {
    seed: 'swarm-2370',
    showed: 'workloads were let go of a Node that talked all the while, because the safe time of its agent was over',
    test: 'test/core/remediation/host-remediation-self-fencing.test.ts',
  },
  {
    seed: 'swarm-845',
    showed: 'a BMC cut the power twice, and the agent of the provisioner in between was not taken for another boot',
    test: 'test/sim/checkers/fencing.test.ts',
  },
  {
    seed: 'swarm-897',
    showed: 'the same in Cluster API',
    test: 'test/sim/checkers/fencing.test.ts',
  },
  {
    seed: 'swarm-6387',
    showed:
      'a status that was stale for a while made an old resync the doing of a host that failed in the middle of it',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-7237',
    showed: 'the strike of a host had been refused, and its next attempt took a resync of others for its own doing',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-10964',
    showed: 'a disk died while a silent BMC was given its time, and the host was asked to fence itself all the same',
    test: 'test/core/remediation/host-remediation-storage.test.ts',
  },
  {
    seed: 'swarm-11581',
    showed: 'a doubt that returned in an outage of the API server was decided again every millisecond',
    test: 'test/core/health/remediation-policy.test.ts',
  },
  {
    seed: 'swarm-5637',
    showed: 'a storm that ended when the ledger freed a host was seen to end minutes later',
    test: 'test/sim/checkers/budget.test.ts',
  },
  {
    seed: 'swarm-6996',
    showed: 'a host that no Machine had any more, and that a wrong address switched on, was to stay on',
    test: 'test/sim/checkers/budget.test.ts',
  },
  {
    seed: 'swarm-7053',
    showed:
      'a taint that was refused, for its watch was silent, was put on again every millisecond: a recheck undid the back-off',
    test: 'test/core/runtime/runtime.test.ts',
  },
  {
    seed: 'swarm-11609',
    showed: 'an operator without a way to the API said on of a host that its BMC proved off, a thousand times a second',
    test: 'test/core/remediation/host-remediation-struck.test.ts',
  },
  {
    seed: 'swarm-9483',
    showed: 'the first of two dead hosts was taken for the cause of what the second one had just done to the storage',
    test: 'test/core/budget/remediation-budget.test.ts',
  },
  {
    seed: 'swarm-9167',
    showed:
      'the spine was lost between two renewals of a lease, and a host that had been silent for minutes was struck',
    test: 'test/sim/checkers/fencing.test.ts',
  },
  {
    seed: 'swarm-3267',
    showed: 'the wrong address of another host switched one on that was being fenced, and the attempt was to blame',
    test: 'test/sim/checkers/fencing.test.ts',
  },
];
