// What the controller says that it has: chassis, event generator and receiver, FRU data, event log, SDR repository, sensors.
// Source: IPMI 2.0 specification table 20-2.

export const DEVICE_CAPABILITIES = 0x80 | 0x20 | 0x10 | 0x08 | 0x04 | 0x02 | 0x01;
