// Icons: strokes on a 24 by 24 grid.
const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  more: "M12 5.500v.010M12 12v.010M12 18.500v.010",
  send: "M5 12h13M12 5l7 7-7 7",
  clip: "M20 11.500l-8.300 8.300a5.200 5.200 0 0 1-7.400-7.400l8.600-8.500a3.500 3.500 0 0 1 5 5l-8.500 8.400a1.700 1.700 0 0 1-2.500-2.400l7.600-7.500",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.500 14.500a4.500 4.500 0 0 0 7 0M9 9.500v.010M15 9.500v.010",
  window: "M14 4h6v6M20 4l-9 9M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4",
  check: "M5 12.500l4.500 4.500L19 7.500",
  file: "M14 3v5h5M6 3h8l5 5v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  alert: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 8v5M12 16v.010",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  star: "M12 3.500l2.600 5.400 5.900.8-4.300 4.100 1 5.900-5.200-2.800-5.200 2.800 1-5.900L3.500 9.700l5.900-.8z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
