// CPU seconds (user and system, all threads, so that the compiler and the garbage collector count).

/** Starts measuring; the returned function says how many CPU seconds have passed since. */
export function cpuMeter(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
}
