// What spec asks to have on a host, and whether that differs from what is there.
// Source: baremetal-operator, apis/metal3.io/v1alpha1/baremetalhost_types.go (NeedsProvisioning) and host_state_machine.go
// (provisioningCancelled).

import type { BareMetalHost } from '../api/bare-metal-host.ts';

/** An image or a customDeploy is asked for, on a host that should be online. */
export function wantsImage({ spec }: BareMetalHost): boolean {
  return spec?.online === true && (isSet(spec.image?.url) || isSet(spec.customDeploy?.method));
}

/** What is deployed is not what spec asks for any more. Without a record of what is deployed, any request fits. */
export function isCancelled({ spec, status }: BareMetalHost): boolean {
  const deployed = status?.provisioning;
  const method = deployed?.customDeploy?.method;
  const url = deployed?.image?.url;
  if (isSet(spec?.customDeploy?.method)) {
    return (isSet(method) && spec?.customDeploy?.method !== method) || (isSet(url) && spec?.image?.url !== url);
  }
  if (isSet(method) || !isSet(spec?.image?.url)) return true;
  return isSet(url) && spec?.image?.url !== url;
}

/** Another image than the one that failed: its failures do not count. */
export function isNewImage({ spec, status }: BareMetalHost): boolean {
  const last = status?.lastAttemptedImage;
  const wanted = spec?.image;
  return (
    last?.url !== wanted?.url ||
    last?.checksum !== wanted?.checksum ||
    last?.checksumType !== wanted?.checksumType ||
    last?.format !== wanted?.format
  );
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
