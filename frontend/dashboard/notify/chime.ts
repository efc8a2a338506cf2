// A short bell, made by the browser itself.

/** Of each partial: its pitch, how loud it begins, and how long it lasts. */
const PARTIALS = [[880, 0.1, 0.9], [1760, 0.05, 0.5], [2640, 0.025, 0.3]] as const;
/** Milliseconds from one to the next at least. */
const PAUSE = 2000;

let audio: AudioContext | null = null;
let last = -Infinity;

/** Browsers let a page be heard only once somebody has touched it. */
export function canChime(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}

export async function chime(): Promise<void> {
  if (!canChime() || performance.now() - last < PAUSE) return;
  last = performance.now();
  audio ??= new AudioContext();
  await audio.resume();
  for (const [pitch, loud, lasts] of PARTIALS) ring(audio, pitch, loud, lasts);
}

function ring(on: AudioContext, pitch: number, loud: number, lasts: number): void {
  const tone = new OscillatorNode(on, { frequency: pitch });
  const volume = new GainNode(on, { gain: loud });
  volume.gain.exponentialRampToValueAtTime(0.0001, on.currentTime + lasts);
  tone.connect(volume).connect(on.destination);
  tone.start();
  tone.stop(on.currentTime + lasts);
}
