// What a management controller says of the health of its host.
//
// Divergence from reality
// - One word for the whole host: components, sensors and the event log are not told apart.

import type { ControllerScene } from './managed-host.ts';
import type { Health } from './requests.ts';
import type { ControllerService } from './service.ts';

export class HealthReport {
  private readonly scene: ControllerScene;
  private readonly service: ControllerService;
  private soundAtStart: boolean;

  constructor(scene: ControllerScene, service: ControllerService) {
    this.scene = scene;
    this.service = service;
    this.soundAtStart = scene.host.isSound();
  }

  /** The controller started: it looks anew. */
  look(): void {
    this.soundAtStart = this.scene.host.isSound();
  }

  shown(): Health {
    const { kernel, traits, host } = this.scene;
    if (traits.healthUnknownWhileOff && !host.powered()) return null;
    if (kernel.nowMs - this.service.startedAtMs >= traits.falseAlarmAfterMs) return 'Critical';
    return (traits.healthStale ? this.soundAtStart : host.isSound()) ? 'OK' : 'Critical';
  }
}
