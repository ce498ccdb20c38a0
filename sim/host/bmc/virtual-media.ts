// Virtual media: images that a management controller shows its host as drives.
//
// Divergence from reality
// - No image is read: what an address leads to is not asked, and a boot from the drive is one whether something is in it or not.

import type { Refusal } from './requests.ts';

export const MEDIA_SLOTS = ['Cd', 'UsbStick'] as const;
export type MediaSlot = (typeof MEDIA_SLOTS)[number];

export interface Medium {
  readonly slot: MediaSlot;
  /** Address of the image; null: nothing is in the drive. */
  readonly image: string | null;
  readonly writeProtected: boolean;
}

const EMPTY: Refusal = { code: 400, messageId: 'ResourceMissingAtURI' };

export class VirtualMedia {
  private readonly media = new Map<MediaSlot, Medium>();

  shown(): readonly Medium[] {
    return MEDIA_SLOTS.map((slot) => this.media.get(slot) ?? { slot, image: null, writeProtected: true });
  }

  insert(medium: Medium): void {
    this.media.set(medium.slot, medium);
  }

  eject(slot: MediaSlot): Refusal | 'done' {
    return this.media.delete(slot) ? 'done' : EMPTY;
  }
}
