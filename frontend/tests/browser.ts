// As much of a browser as the frame's controls listen to. Imported first.
const listening = { addEventListener: () => {}, hidden: false };
Object.assign(globalThis, { document: listening, addEventListener: () => {} });
