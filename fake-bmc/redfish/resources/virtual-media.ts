// Virtual media: drives that a controller shows its host, with what is in them.

import { MEDIA_SLOTS, type MediaSlot, type Medium } from '../../../sim/host/bmc/virtual-media.ts';
import { type ActionParameters, action } from '../action.ts';
import { FLAG, text } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { type JsonObject, own } from '../json.ts';
import { type Branch, collection, NOTHING, type Place, type Plan, readable, SHOWN } from '../place.ts';

/** What each drive may hold, in Redfish's words. */
const MEDIA_TYPES: Readonly<Record<MediaSlot, readonly string[]>> = {
  Cd: ['CD', 'DVD'],
  UsbStick: ['USBStick', 'Floppy'],
};

/** @param above the system or the manager below which they are listed. */
export function virtualMedia(host: HostView, above: string): Branch {
  const uri = `${above}/VirtualMedia`;
  return ([name, ...rest]) => {
    if (rest.length > 0) return undefined;
    if (name === undefined) {
      return readable(uri, 'VirtualMediaCollection', host, () =>
        collection(
          'Virtual Media Collection',
          MEDIA_SLOTS.map((slot) => `${uri}/${slot}`),
        ),
      );
    }
    const slot = MEDIA_SLOTS.find((each) => each === name);
    return slot === undefined ? undefined : drive(host, `${uri}/${slot}`, slot);
  };
}

function drive(host: HostView, uri: string, slot: MediaSlot): Place {
  return {
    uri,
    schema: 'VirtualMedia',
    host,
    body: () => driveBody(mediumIn(host, slot), uri),
    patch: {
      writable: { Image: text(IMAGE_CHARACTERS), Inserted: FLAG, WriteProtected: FLAG },
      plans: (usable) => {
        const before = mediumIn(host, slot);
        const isTaken = own(usable, 'Inserted') === false;
        return [isTaken ? ejection(slot) : insertion(before, usable)];
      },
    },
    actions: {
      'VirtualMedia.InsertMedia': action('VirtualMedia.InsertMedia', INSERT, (parameters) => ({
        ...insertion({ slot, image: null, writeProtected: true }, parameters),
        done: () => NOTHING,
      })),
      'VirtualMedia.EjectMedia': action('VirtualMedia.EjectMedia', {}, () => ({
        ...ejection(slot),
        done: () => NOTHING,
      })),
    },
  };
}

/** Assumption: an address longer than this is none. */
const IMAGE_CHARACTERS = 1024;

const INSERT: ActionParameters = {
  required: { Image: text(IMAGE_CHARACTERS, /^[a-z][a-z0-9+.-]*:\/\/\S+$/i) },
  optional: {
    Inserted: FLAG,
    WriteProtected: FLAG,
    TransferMethod: { is: 'choice', of: ['Stream', 'Upload'] },
    TransferProtocolType: { is: 'choice', of: ['CIFS', 'FTP', 'HTTP', 'HTTPS', 'NFS', 'SCP', 'SFTP', 'TFTP', 'OEM'] },
    UserName: text(256),
    Password: text(256),
    MediaType: { is: 'choice', of: ['CD', 'DVD', 'USBStick', 'Floppy'] },
  },
};

function mediumIn(host: HostView, slot: MediaSlot): Medium {
  return host.media().find((each) => each.slot === slot) ?? { slot, image: null, writeProtected: true };
}

function driveBody({ slot, image, writeProtected }: Medium, uri: string): JsonObject {
  const name = image?.slice(image.lastIndexOf('/') + 1);
  return {
    Id: slot,
    Name: slot === 'Cd' ? 'Virtual CD' : 'Virtual USB stick',
    MediaTypes: MEDIA_TYPES[slot],
    Image: image,
    ImageName: name === undefined || name === '' ? null : name,
    Inserted: image !== null,
    ConnectedVia: image === null ? 'NotConnected' : 'URI',
    WriteProtected: writeProtected,
    Actions: {
      '#VirtualMedia.InsertMedia': { target: `${uri}/Actions/VirtualMedia.InsertMedia` },
      '#VirtualMedia.EjectMedia': { target: `${uri}/Actions/VirtualMedia.EjectMedia` },
    },
  };
}

function insertion({ slot, image, writeProtected }: Medium, change: JsonObject): Plan {
  const { Image, WriteProtected } = change;
  return {
    ask: {
      ask: 'insertMedium',
      slot,
      image: typeof Image === 'string' ? Image : (image ?? ''),
      writeProtected: typeof WriteProtected === 'boolean' ? WriteProtected : writeProtected,
    },
    about: { property: 'Image', value: String(Image ?? '') },
    done: () => SHOWN,
  };
}

function ejection(slot: MediaSlot): Plan {
  return { ask: { ask: 'ejectMedium', slot }, about: { property: 'Image', value: '' }, done: () => SHOWN };
}
