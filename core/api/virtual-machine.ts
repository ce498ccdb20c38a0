// KubeVirt's virtual machines: the machine that a user declares, its running instance, and the move of an instance to another
// node. Source: kubevirt staging/src/kubevirt.io/api/core/v1/types.go.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf, type StringMap } from './object.ts';
import type { Toleration } from './workload.ts';

export type RunStrategy = 'Always' | 'RerunOnFailure' | 'Manual' | 'Halted' | 'Once';
export type EvictionStrategy = 'None' | 'LiveMigrate' | 'LiveMigrateIfPossible' | 'External';

export interface VirtualMachineInstanceSpec {
  readonly evictionStrategy?: EvictionStrategy;
  readonly terminationGracePeriodSeconds?: number;
  readonly nodeSelector?: StringMap;
  readonly tolerations?: readonly Toleration[];
  readonly domain?: {
    readonly cpu?: { readonly cores?: number; readonly sockets?: number; readonly threads?: number };
    readonly memory?: { readonly guest?: string };
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  };
  readonly volumes?: readonly {
    readonly name?: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly dataVolume?: { readonly name: string };
  }[];
}

export interface VirtualMachine extends KubeObject {
  readonly spec?: {
    readonly runStrategy?: RunStrategy;
    /** The older way to say Always or Halted; excludes runStrategy. */
    readonly running?: boolean;
    readonly template?: {
      readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
      readonly spec?: VirtualMachineInstanceSpec;
    };
  };
  readonly status?: {
    readonly startFailure?: {
      readonly consecutiveFailCount?: number;
      readonly lastFailedVMIUID?: string;
      readonly retryAfterTimestamp?: string;
    };
    readonly stateChangeRequests?: readonly { readonly action?: string }[];
  };
}

export type InstancePhase =
  | 'Pending'
  | 'Scheduling'
  | 'Scheduled'
  | 'Running'
  | 'Succeeded'
  | 'Failed'
  | 'WaitingForSync'
  | 'Unknown';

export interface VirtualMachineInstance extends KubeObject {
  readonly spec?: VirtualMachineInstanceSpec;
  readonly status?: {
    readonly phase?: InstancePhase;
    readonly nodeName?: string;
    /** Its eviction from this node was asked for; empty or absent otherwise. */
    readonly evacuationNodeName?: string;
    readonly conditions?: readonly Condition[];
    readonly phaseTransitionTimestamps?: readonly {
      readonly phase?: string;
      readonly phaseTransitionTimestamp?: string;
    }[];
  };
}

export interface VirtualMachineInstanceMigration extends KubeObject {
  readonly spec?: { readonly vmiName?: string };
  readonly status?: { readonly phase?: string };
}

/** The object that configures KubeVirt in a cluster. */
export interface KubeVirt extends KubeObject {
  readonly spec?: {
    readonly configuration?: {
      readonly evictionStrategy?: EvictionStrategy;
      readonly migrations?: {
        readonly parallelMigrationsPerCluster?: number;
        readonly parallelOutboundMigrationsPerNode?: number;
        /** A quantity of bytes per second; 0 is no limit. */
        readonly bandwidthPerMigration?: string;
      };
    };
  };
}

export const KUBEVIRT = kindOf<KubeVirt>('kubevirt.io', 'KubeVirt', 'Namespaced');
export const VIRTUAL_MACHINE = kindOf<VirtualMachine>('kubevirt.io', 'VirtualMachine', 'Namespaced');
export const VIRTUAL_MACHINE_INSTANCE = kindOf<VirtualMachineInstance>(
  'kubevirt.io',
  'VirtualMachineInstance',
  'Namespaced',
);
export const VIRTUAL_MACHINE_INSTANCE_MIGRATION = kindOf<VirtualMachineInstanceMigration>(
  'kubevirt.io',
  'VirtualMachineInstanceMigration',
  'Namespaced',
);

/** Of a launcher pod: `virt-launcher`. */
export const LABEL_KUBEVIRT_APP = 'kubevirt.io';
/** Of a launcher pod: uid of its instance. */
export const LABEL_CREATED_BY = 'kubevirt.io/created-by';
/** Of a launcher pod that a migration made: uid of the migration. */
export const LABEL_MIGRATION_JOB = 'kubevirt.io/migrationJobUID';
/** Of a launcher pod: name of its instance. */
export const ANNOTATION_DOMAIN = 'kubevirt.io/domain';
export const INSTANCE_FINALIZER = 'kubevirt.io/foregroundDeleteVirtualMachine';

/** `spec.runStrategy`, else what `spec.running` says, else Halted. Source: types.go VirtualMachine.RunStrategy. */
export function runStrategyOf(machine: VirtualMachine): RunStrategy {
  if (machine.spec?.running !== undefined) return machine.spec.running ? 'Always' : 'Halted';
  return machine.spec?.runStrategy ?? 'Halted';
}

/** Succeeded or Failed: this instance never runs again. */
export function isFinal(instance: VirtualMachineInstance): boolean {
  const phase = instance.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}
