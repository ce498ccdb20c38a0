// The name service as kubelets meet it: one that starts during an outage does not find the API server, and one that runs notices nothing.
//
// Divergence from reality
// - Only kubelets that start ask for a name. Nobody else's look-ups fail.

export class NameService {
  private outages = 0;
  /** Hosts whose kubelet started during an outage and has not found the API server. */
  private readonly lost = new Set<number>();

  /** The kubelet of this host starts, and asks where the API server is. */
  kubeletStarts(host: number): void {
    if (this.outages > 0) this.lost.add(host);
  }

  /** The host knows where the API server is. */
  isKnownTo(host: number): boolean {
    return !this.lost.has(host);
  }

  /** @returns ends the outage, and gives the hosts that find the API server by that, in order. */
  lose(): () => readonly number[] {
    this.outages++;
    return () => {
      this.outages--;
      if (this.outages > 0) return [];
      const found = [...this.lost].sort((one, other) => one - other);
      this.lost.clear();
      return found;
    };
  }
}
