// HostRecords: what a model part keeps of every host, each made when somebody asks for it first. Most hosts of a large fleet are well for as
// long as a run lasts, and a record which says that nothing has happened is one too many.

export class HostRecords<T> {
  private readonly make: (host: number) => T;
  private readonly records: (T | undefined)[];

  /** @param make the record of a host as it has been since the start. */
  constructor(hosts: number, make: (host: number) => T) {
    this.make = make;
    this.records = new Array(hosts).fill(undefined);
  }

  /** Throws a RangeError for a host that does not exist. */
  of(host: number): T {
    const known = this.records[host];
    if (known !== undefined) return known;
    if (!(host >= 0 && host < this.records.length)) throw new RangeError(`no host ${host}`);
    const made = this.make(host);
    this.records[host] = made;
    return made;
  }

  /** Undefined where nobody has asked for it. */
  made(host: number): T | undefined {
    return this.records[host];
  }

  /** Makes that of every host. */
  makeAll(): void {
    for (let host = 0; host < this.records.length; host++) this.of(host);
  }

  /** For every record that is there, in the order of the hosts. */
  eachMade(run: (record: T, host: number) => void): void {
    this.records.forEach((record, host) => {
      if (record !== undefined) run(record, host);
    });
  }
}
