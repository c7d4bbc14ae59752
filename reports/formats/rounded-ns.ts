/**
 * ns to three decimals. Clocks read whole ns; only means and interpolated quantiles have parts of one, and what a double
 * adds to them (`495126.00000000006`) says nothing.
 */
export const roundedNs = (ns: number): number => Number(ns.toFixed(3));
