// Completion codes: the first byte of every response. Source: IPMI 2.0 specification table 5-2.

export const COMPLETION = {
  ok: 0x00,
  nodeBusy: 0xc0,
  invalidCommand: 0xc1,
  timeout: 0xc3,
  outOfSpace: 0xc4,
  reservationCancelled: 0xc5,
  lengthInvalid: 0xc7,
  parameterOutOfRange: 0xc9,
  notPresent: 0xcb,
  invalidField: 0xcc,
  illegalForSensor: 0xcd,
  cannotProvideResponse: 0xce,
  initializing: 0xd2,
  insufficientPrivilege: 0xd4,
  notInPresentState: 0xd5,
  unspecified: 0xff,
} as const;

/** Of the commands that write parameters. Source: IPMI 2.0 specification tables 23-2 and 28-12. */
export const OF_PARAMETERS = { notSupported: 0x80, setInProgress: 0x81, readOnly: 0x82 } as const;
