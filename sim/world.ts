// The virtual cluster of one run: every model part, constructed in plain sight. What each part does is its own file's.

import { LEASE } from '../core/api/lease.ts';
import { requestKind } from '../core/api/node-health-check.ts';
import { type KubeObject, kindKeyOf } from '../core/api/object.ts';
import { DAEMON_SET } from '../core/api/workload.ts';
import type { Controller } from '../core/ports/reconciler.ts';
import { KNOWN_KINDS, optionsOf } from './api-server/known-kinds.ts';
import { KubeEvents } from './api-server/kube-events.ts';
import { ObjectStore } from './api-server/object-store.ts';
import type { PolicyConfig, SimConfig } from './config.ts';
import { controllersOf, remediatorTemplates } from './controllers.ts';
import { type Driver, driversAlone, driversIn } from './drivers.ts';
import type { ClientFaults } from './faults/client-faults.ts';
import { ComponentWear } from './faults/component-wear.ts';
import type { ProcessParts } from './faults/controller-processes.ts';
import { FaultWeather } from './faults/fault-weather.ts';
import { RackOutages } from './faults/rack-outages.ts';
import { FleetBmc } from './host/bmc.ts';
import { SimulatedFenceAgents } from './host/fence-agents.ts';
import { followReprovisions } from './host/hand-made.ts';
import { HostFleet } from './host/host-fleet.ts';
import { FleetProvisioner } from './host/provisioner.ts';
import { Kernel } from './kernel/kernel.ts';
import { Draws, rootKey } from './kernel/rng.ts';
import { MachineLoops } from './machine/machine-loops.ts';
import { AssumedReboots } from './metrics/assumed-reboots.ts';
import { RunQueues } from './metrics/queues.ts';
import { RunObserver } from './metrics/run-observer.ts';
import type { Story } from './metrics/story.ts';
import { HostNetwork } from './node/agent-network.ts';
import type { HostedControlPlane } from './node/hosted-control-plane.ts';
import { NodeLeases } from './node/node-leases.ts';
import { NodeLifecycle } from './node/node-lifecycle.ts';
import { SelfNodeRemediationAgents } from './node/self-node-remediation-agents.ts';
import { hasSelfNodeRemediation, withSelfNodeRemediation } from './node/self-node-remediation-objects.ts';
import { AfterRepair } from './people/after-repair.ts';
import { Kured } from './people/kured.ts';
import { OtherWork } from './people/other-work.ts';
import { Persons } from './people/persons.ts';
import { kindOfManifest, objectsOfAllVersions, PolicyRollout } from './people/policy-rollout.ts';
import { RepairCordon } from './people/repair-cordon.ts';
import { RepairCrew } from './people/repair-crew.ts';
import { RollingUpgrade } from './people/rolling-upgrade.ts';
import { SpareLoans } from './people/spare-loans.ts';
import { Breakers } from './power/breakers.ts';
import { RoomCooling } from './power/room-cooling.ts';
import type { HostedControllers } from './provisioning/hosted-controllers.ts';
import { ProvisioningPlane } from './provisioning/provisioning-plane.ts';
import { Services } from './provisioning/services.ts';
import { RecordedHosts } from './recorded-hosts.ts';
import { RunRecorder } from './recorder.ts';
import { poolOfClaim } from './storage/claims.ts';
import { HostPools } from './storage/host-pools.ts';
import { RookHealthChecks } from './storage/rook-health-checks.ts';
import { WorkloadLoops } from './workload/workload-loops.ts';

export class World {
  readonly config: SimConfig;
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  /** What Kubernetes' own loops record about objects. */
  readonly events = new KubeEvents();
  readonly fleet: HostFleet;
  readonly bmc: FleetBmc;
  readonly provisioner: FleetProvisioner;
  /** Absent unless the scenario says where what provisioning needs runs. */
  readonly services: Services | undefined;
  readonly plane: ProvisioningPlane | undefined;
  readonly hostedControllers: HostedControllers | undefined;
  readonly weather: FaultWeather;
  /** Absent where no hardware model has components. */
  readonly wear: ComponentWear | undefined;
  readonly lifecycle: NodeLifecycle;
  readonly storage: HostPools;
  readonly rook: RookHealthChecks;
  readonly workload: WorkloadLoops;
  readonly machines: MachineLoops;
  readonly persons: Persons;
  readonly afterRepair: AfterRepair;
  readonly crew: RepairCrew;
  /** Absent unless the scenario has such work. */
  readonly otherWork: OtherWork | undefined;
  /** Absent unless the scenario has them. */
  readonly spareLoans: SpareLoans | undefined;
  readonly upgrade: RollingUpgrade;
  readonly rollout: PolicyRollout;
  /** Absent where no DaemonSet runs it; where it is there, it reboots hosts in place of the rolling upgrade. */
  readonly kured: Kured | undefined;
  /** Absent where self node remediation is not installed. */
  readonly agents: SelfNodeRemediationAgents | undefined;
  readonly assumedReboots: AssumedReboots | undefined;
  /** Absent where PDUs bear whatever starts at once. */
  readonly breakers: Breakers | undefined;
  /** Absent where the control plane is always there. */
  readonly controlPlane: HostedControlPlane | undefined;
  readonly observer: RunObserver;
  /** Absent unless results have them. */
  readonly queues: RunQueues | undefined;
  readonly recorder: RunRecorder;
  readonly controllers: readonly Controller[];
  /** One runtime for all controllers; with client faults, one process for each. */
  readonly runtimes: readonly Driver[];
  /** Absent where controllers meet a perfect API server. */
  readonly clientFaults: ClientFaults | undefined;

  /** @param driversOf in place of the runtimes that the config asks for. */
  constructor(
    config: SimConfig,
    policy: PolicyConfig,
    replication: number,
    story: Story | undefined,
    driversOf?: (parts: ProcessParts) => readonly Driver[],
  ) {
    const draws = new Draws(rootKey(config.seed), replication);
    const kernel = new Kernel(config.startMs);
    const store = filledStore(kernel, draws, config, policy);
    this.config = config;
    this.kernel = kernel;
    this.store = store;

    this.fleet = new HostFleet(kernel, config, draws);
    this.bmc = new FleetBmc(kernel, this.fleet, config.bmc);
    this.lifecycle = new NodeLifecycle(kernel, store, config, this.fleet, draws, this.events);
    store.compute(LEASE, new NodeLeases(store, kernel, this.fleet, config.kubernetes, this.lifecycle));
    this.storage = new HostPools(kernel, config, this.fleet, draws);
    this.rook = new RookHealthChecks({ kernel, store, pools: this.storage, draws });
    const shared = { store, kernel, config, draws, truth: this.fleet };
    this.workload = new WorkloadLoops({
      ...shared,
      storage: this.storage,
      poolOfClaim: poolOfClaim(store, config),
      events: this.events,
    });
    const asked = config.provisioning.services;
    if (asked !== undefined) {
      this.services = new Services(asked, { fleet: this.fleet, availability: this.workload.availability });
      this.plane = new ProvisioningPlane(asked, { kernel, fleet: this.fleet, services: this.services, draws });
    }
    this.provisioner = new FleetProvisioner(kernel, this.fleet, this.bmc, config.provisioning, this.plane);
    const drain = this.workload.drain.bind(this.workload);
    this.machines = new MachineLoops({ ...shared, drain });

    const { people, machineApi } = config;
    this.persons = new Persons(kernel, config, draws);
    this.afterRepair = new AfterRepair(store, this.fleet, this.storage);
    this.crew = new RepairCrew({
      kernel,
      config: people,
      fleet: this.fleet,
      draws,
      persons: this.persons,
      desk: this.afterRepair,
      cordon: new RepairCordon(store),
      storage: this.storage,
    });
    this.otherWork =
      people.otherWork === undefined ? undefined : new OtherWork(kernel, people.otherWork, this.persons, draws);
    this.spareLoans =
      people.spareLoans === undefined
        ? undefined
        : new SpareLoans(people.spareLoans, { kernel, store, machineApi, draws });

    const { fleet, bmc, storage, crew, services } = this;
    const noReturn = config.faults.noReturnAfterPowerLoss;
    const rackOutages = new RackOutages({ kernel, fleet, bmc, draws, noReturn });
    const cooling = new RoomCooling({ kernel, fleet, draws });
    const { lifecycle } = this;
    const { pressure } = this.workload;
    const faultParts = {
      kernel,
      fleet,
      bmc,
      storage,
      crew,
      rackOutages,
      cooling,
      lifecycle,
      pressure,
      draws,
      store,
      services,
    };
    this.weather = new FaultWeather(faultParts, config, draws);
    const losePower = rackOutages.losePower.bind(rackOutages);
    const { breaker } = config.power ?? {};
    this.breakers = breaker === undefined ? undefined : new Breakers(breaker, { kernel, fleet, draws, losePower });
    const { weather } = this;
    followReprovisions(fleet, (host, fault) => weather.breaksForGood(host, fault));
    this.wear = ComponentWear.of({ kernel, fleet, config, draws }, (host, fault) => weather.breaksForGood(host, fault));

    this.upgrade = new RollingUpgrade(kernel, store, config, this.fleet, drain);
    this.rollout = new PolicyRollout(kernel, store, config.startMs, policy);
    this.kured = Kured.installed({ kernel, store, config, fleet: this.fleet, draws, drain }, store.list(DAEMON_SET));
    const { kubernetes, watchdog } = config;
    if (hasSelfNodeRemediation(objectsEver(config, policy))) {
      const { watchLagMs } = kubernetes;
      const { events } = this;
      const network = new HostNetwork(fleet);
      const lineage = policy.lineage ?? 'exact';
      this.agents = new SelfNodeRemediationAgents({
        kernel,
        store,
        fleet,
        network,
        draws,
        events,
        watchdog,
        watchLagMs,
        lineage,
      });
      this.assumedReboots = new AssumedReboots(fleet, store);
    }

    this.observer = new RunObserver({
      kernel,
      config,
      store,
      fleet: this.fleet,
      lifecycle: this.lifecycle,
      ends: this.weather,
      attentionTo: (host) => this.crew.attentionTo(host),
      story,
    });
    this.observer.onSlotMoved((from, to) => this.storage.moved(from, to));
    this.queues = config.reportQueues === true ? new RunQueues(this) : undefined;

    this.controllers = controllersOf(config, policy);
    this.recorder = new RunRecorder(this.controllers, new RecordedHosts(this), story);
    const { provisioner, recorder, controllers } = this;
    const fenceAgents = new SimulatedFenceAgents(kernel, store, bmc);
    const ports = { clock: kernelClock(kernel), bmc, provisioner, fenceAgents, recorder };
    const parts: ProcessParts = { kernel, store, config, controllers, ports };
    const drivers =
      driversOf === undefined
        ? driversIn({ draws, fleet, lifecycle, services }, parts)
        : driversAlone(driversOf(parts));
    this.runtimes = drivers.runtimes;
    this.clientFaults = drivers.clientFaults;
    this.controlPlane = drivers.controlPlane;
    this.hostedControllers = drivers.hostedControllers;
  }
}

function kernelClock(kernel: Kernel) {
  return {
    nowMs: () => kernel.nowMs,
    wakeAt: (atMs: number, wake: () => void) => {
      const handle = kernel.call(Math.max(Math.ceil(atMs), kernel.nowMs), wake);
      return () => {
        kernel.cancel(handle);
      };
    },
  };
}

/** Knows every kind of the run, those of later versions of the policy too, and holds the objects that are there from the start. */
function filledStore(kernel: Kernel, draws: Draws, config: SimConfig, policy: PolicyConfig): ObjectStore {
  const ever = objectsEver(config, policy);
  const store = new ObjectStore(kernel, draws.stream('api-server', 'names'));
  for (const kind of KNOWN_KINDS) store.register(kind, optionsOf(kind));
  // A remediator's two kinds are defined together: where there are templates of it, there can be requests.
  for (const kind of remediatorTemplates(ever).map(requestKind)) store.register(kind, optionsOf(kind));
  store.load(withSelfNodeRemediation([...config.objects, ...policy.objects], ever, config.watchdog));
  for (const object of ever) {
    if (store.knows(kindKeyOf(object))) continue;
    const kind = kindOfManifest(object);
    store.register(kind, optionsOf(kind));
  }
  return store;
}

function objectsEver(config: SimConfig, policy: PolicyConfig): readonly KubeObject[] {
  return [...config.objects, ...objectsOfAllVersions(policy)];
}
