// The provisioning plane of a cluster: what operations of the provisioner need beside their host. Who takes them (conductor.ts), where
// agents and images come from (downloads.ts), whether hosts get an address, and what a new system pulls at its first boot.
//
// Divergence from reality
// - Firmware asks for an address and for its agent once, when it boots from the network. The product's boot loader tries for a minute or
//   two; then as here nobody calls back, and the operation times out.
// - The image is written while it arrives, so the slower of both counts.

import { Conductor, type Turn } from './conductor.ts';
import { DOWNLOAD_GIVEN_UP_AFTER_MS } from './defaults.ts';
import { Downloads } from './downloads.ts';
import { FirstBootPulls, type PullParts } from './first-boot-pulls.ts';
import type { Services } from './services.ts';
import type { ServicesConfig } from './services-config.ts';

export class ProvisioningPlane {
  readonly conductor: Conductor;
  readonly services: Services;
  private readonly config: ServicesConfig;
  private readonly parts: PullParts;
  private readonly images: Downloads | undefined;
  private readonly firstBoots: FirstBootPulls | undefined;
  /** Hosts whose agent waits for the image server to come back. */
  private readonly waiting = new Map<number, () => void>();
  /** What to tell a host's operation when the host is gone. */
  private readonly lost = new Map<number, () => void>();

  constructor(config: ServicesConfig, parts: PullParts) {
    const { kernel, services, fleet } = parts;
    this.config = config;
    this.parts = parts;
    this.services = services;
    this.conductor = new Conductor(kernel, config.ironic);
    this.images =
      config.imageServer === undefined ? undefined : new Downloads(kernel, config.imageServer, services, 'imageServer');
    this.firstBoots = config.registry === undefined ? undefined : new FirstBootPulls(config.registry, parts);
    services.onChange((name, up) => {
      if (name === 'ironic' && up) this.conductor.cameBack();
      if (name === 'ironic' && !up) this.conductor.wentAway();
      if (name === 'imageServer' && up) this.tryAgain();
    });
    fleet.onChange((host) => this.hostChanged(host));
  }

  /** Hosts whose first boot stands because something that it pulls is not there yet. */
  get firstBootsThatWait(): number {
    return this.firstBoots?.waiting ?? 0;
  }

  /** Boots from the network: `done` with the agent fetched, `never` where nobody will ever call back. */
  fetchAgent(host: number, done: () => void, never: () => void): void {
    if (!this.services.isUp('dhcp') || !this.services.isUp('imageServer')) {
      never();
      return;
    }
    const { imageServer } = this.config;
    if (this.images === undefined || imageServer === undefined) {
      done();
      return;
    }
    this.fetch(host, this.images, imageServer.agentBytes, { done, stopped: never });
  }

  /** Fetches the image, and tries again for a while where the server goes away; `done` also where the host is gone. */
  fetchImage(host: number, turn: Pick<Turn, 'lasts'>, done: () => void, failed: (message: string) => void): void {
    const { imageServer } = this.config;
    if (this.images === undefined || imageServer === undefined) {
      done();
      return;
    }
    const { kernel } = this.parts;
    if (this.services.isUp('imageServer')) {
      const again = (): void => this.fetchImage(host, turn, done, failed);
      this.fetch(host, this.images, imageServer.imageBytes, { done, stopped: again });
      return;
    }
    const wait = (): void => {
      if (turn.lasts) this.fetchImage(host, turn, done, failed);
    };
    this.waiting.set(host, wait);
    this.lost.set(host, done);
    kernel.call(kernel.nowMs + DOWNLOAD_GIVEN_UP_AFTER_MS, () => {
      if (this.waiting.get(host) !== wait) return;
      this.forget(host);
      failed('Error downloading the image: the image server cannot be reached');
    });
  }

  /** A new system is on the disk of this host. */
  deployed(host: number): void {
    this.firstBoots?.deployed(host);
  }

  private fetch(
    host: number,
    images: Downloads,
    bytes: number,
    { done, stopped }: { readonly done: () => void; readonly stopped: () => void },
  ): void {
    this.lost.set(host, done);
    images.start(host, bytes, {
      done: () => {
        this.lost.delete(host);
        done();
      },
      stopped: () => {
        this.lost.delete(host);
        stopped();
      },
    });
  }

  private tryAgain(): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const wait of waiting) wait();
  }

  /** A host that fetches something is in the hands of its agent, or is lost. */
  private hostChanged(host: number): void {
    const lost = this.lost.get(host);
    if (lost === undefined || this.parts.fleet.host(host).stage === 'agent') return;
    this.forget(host);
    this.images?.stop(host);
    lost();
  }

  private forget(host: number): void {
    this.waiting.delete(host);
    this.lost.delete(host);
  }
}
