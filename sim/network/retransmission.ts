// What a loss of packets costs in time, where what is lost is sent again.
//
// Divergence from reality: every exchange takes the mean time; real ones are mostly quick and now and then very late. Fast
// retransmission, which helps long streams, and limits of the window are left out.

/** Before anything is sent again for the first time; it doubles from then on. Source: Linux include/net/tcp.h, TCP_RTO_MIN 200 ms. */
const RETRANSMISSION_MS = 200;

/**
 * How much longer an exchange takes, in ms: the delay, and for each packet that is lost the wait until it is sent again. A packet is
 * lost k times with the chance share^k * (1 - share), and that costs 200 * (2^k - 1) ms: on average 200 * share / (1 - 2 * share). Whole milliseconds.
 * @param lossShare of the packets, from 0 to below a half.
 */
export function waitMs(delayMs: number, lossShare: number): number {
  return Math.round(delayMs + (RETRANSMISSION_MS * lossShare) / (1 - 2 * lossShare));
}
