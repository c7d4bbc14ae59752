/** One block: the same rounds of both systems on fresh sandboxes, so `treatedNs[i]` and `baselineNs[i]` pair up. */
export interface PairedBlock {
  readonly treatedNs: readonly number[];
  readonly baselineNs: readonly number[];
}
