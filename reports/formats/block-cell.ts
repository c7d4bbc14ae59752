/** What files say of a cell that has one value per block, of price and of density alike. Pure. */
import type { JudgedRatio } from "../judge-cells.ts";
import type { Sides } from "../stats/words.ts";
import { verdictText, verdictWord } from "../verdict-text.ts";

type BlockCell = JudgedRatio &
  Parameters<typeof verdictText>[0] & {
    readonly label: string;
    readonly system: string;
    readonly baseline: string;
    readonly metric: string;
    readonly values: readonly number[];
  };

/** Which cell it is. `blocks`: those that count. */
export const cellIdentity = ({ label, system, metric, baseline, state, values }: BlockCell, unit: string) => ({
  ...{ function: label, system, metric, unit, baseline, state },
  blocks: values.length,
});

/** Last columns of a CSV row. */
export const verdictColumns = (cell: BlockCell, sides: Sides) => ({
  noise_floor_log: cell.noiseFloor,
  verdict: verdictWord(cell, sides),
  verdict_text: verdictText(cell),
  more_blocks: cell.judgement?.moreBlocks,
});

/** The same in JSON. */
export const verdictFields = (cell: BlockCell, sides: Sides) => ({
  noiseFloorLog: cell.noiseFloor,
  verdict: verdictWord(cell, sides),
  verdictText: verdictText(cell),
  moreBlocks: cell.judgement?.moreBlocks,
});
