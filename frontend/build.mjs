// Builds what browsers load into the Python package's static folder, and says how large it is.
// A manifest tells the server which file stands for which name: names carry a hash, so that they may be kept for ever.
import { build } from "esbuild";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const kept = join(here, "../src/deskbell/web/static");
/** Built beside what is there, which is replaced only by what is whole. */
const target = `${kept}.building`;

/** What the first opening of the widget may weigh, in bytes after gzip. */
const LIMITS = { "the loader": 3 * 1024, "the frame, first open": 25 * 1024 };

const common = {
  bundle: true,
  minify: true,
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

async function loader() {
  await build({ ...common, format: "iife", entryPoints: [join(here, "widget/loader/sdk.ts")], outfile: join(target, "sdk.js") });
  return [join(target, "sdk.js")];
}

/** Whatever is loaded later imports the entry, so that all that is loaded at once stays in one file: several weigh more. */
const together = (entry) => ({
  name: "together",
  setup(building) {
    const folders = [`${dirname(entry)}/`, join(here, "shared/")];
    building.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      if (!folders.some((folder) => path.startsWith(folder)) || path === entry) return null;
      const contents = await readFile(path, "utf8");
      return { contents: `${contents}\nimport ${JSON.stringify(entry)};\n`, loader: path.endsWith("x") ? "tsx" : "ts" };
    });
  },
});

/** A page's entry and everything it loads at once; what it loads later is split off. */
async function page(name, source) {
  const { metafile } = await build({
    ...common,
    format: "esm",
    splitting: true,
    entryPoints: [join(here, source)],
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    outdir: join(target, name),
    plugins: [together(join(here, source))],
    absWorkingDir: here,
  });
  const outputs = Object.entries(metafile.outputs);
  const [entry, told] = outputs.find(([, output]) => output.entryPoint === source);
  const atOnce = new Set();
  const follow = (path) => {
    if (atOnce.has(path)) return;
    atOnce.add(path);
    for (const one of metafile.outputs[path].imports) if (one.kind === "import-statement") follow(one.path);
  };
  follow(entry);
  if (told.cssBundle) atOnce.add(told.cssBundle);
  const manifest = { script: basename(entry), style: told.cssBundle ? basename(told.cssBundle) : null };
  manifest.preload = [...atOnce].map((path) => basename(path)).filter((name) => !Object.values(manifest).includes(name));
  await writeFile(join(target, name, "manifest.json"), JSON.stringify(manifest, null, 2));
  return [...atOnce].map((path) => join(here, path));
}

async function weigh(what, paths) {
  let size = 0;
  for (const path of paths) size += gzipSync(await readFile(path), { level: 9 }).length;
  const fits = size <= LIMITS[what];
  console.log(`${what}: ${size} bytes gzipped of ${LIMITS[what]}${fits ? "" : " - TOO LARGE"} (${paths.map((path) => relative(target, path)).join(", ")})`);
  return fits;
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const fits = [await weigh("the loader", await loader()), await weigh("the frame, first open", await page("widget", "widget/frame/frame.tsx"))];
await page("demo", "demo/demo.ts");
await page("preview", "widget/frame/preview.tsx");
await page("dashboard", "dashboard/dashboard.ts");
await rm(kept, { recursive: true, force: true });
await rename(target, kept);
if (process.argv.includes("--strict") && fits.includes(false)) process.exit(1);
