// Many cases from one seed: what fails once fails again.

/** Runs `check` with a source of whole numbers below a limit. */
export function randomly(times: number, check: (random: (below: number) => number) => void): void {
  let state = 20_260_101;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let time = 0; time < times; time++) check(random);
}
