/** Size and root that every proof of the pack is against. */
export class Root {
  constructor(
    readonly size: number,
    readonly hash: Uint8Array,
  ) {}

  /**
   * Number of hashes in the inclusion path of an index; -1 when the log does not have it.
   *
   * @see RFC 9162, section 2.1.3.2: the number of times that the two numbers are halved
   */
  pathLength(index: number): number {
    if (index >= this.size) return -1;
    let length = 0;
    let fn = index;
    let sn = this.size - 1;
    while (sn > 0) {
      if (fn % 2 === 1 || fn < sn) length += 1;
      fn = Math.floor(fn / 2);
      sn = Math.floor(sn / 2);
    }
    return length;
  }
}
