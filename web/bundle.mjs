// Bundles the pages into assist/server/static and the extension into build/extension.
//
// A page is an HTML file that names what it needs as {{script}}, {{style}}, …; assets are named
// by their content. What other sites include keeps its name.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const LIMIT = 150_000; // bytes, gzipped, of everything that the sidebar loads

const web = dirname(fileURLToPath(import.meta.url));
const target = join(web, "..", "assist", "server", "static");
const fresh = `${target}.new`;
const extension = join(web, "..", "build", "extension");

const PAGES = [
  { page: "index.html", from: "index.html", script: "main.ts", style: "page.css" },
  {
    page: "try.html",
    from: "microphone/try.html",
    script: "microphone/try.ts",
    style: "site/page.css",
    worklet: "capture/worklet.ts",
  },
  { page: "embed.html", from: "embed/frame.html", script: "embed/frame.ts", style: "page.css" },
  sitePage("calls.html", "calls/calls-page.ts"),
  sitePage("wall.html", "wall/wall-page.ts"),
  sitePage("people.html", "people/people-page.ts"),
  sitePage("sign-in.html", "people/sign-in-page.ts"),
  sitePage("coaching.html", "insights/coaching-page.ts"),
  sitePage("reasons.html", "insights/reasons-page.ts"),
  sitePage("calls/call.html", "replay/replay-page.ts"),
];

/** A page for supervisors: one element, named as its script is. */
function sitePage(page, script) {
  const element = basename(script, ".ts");
  return { page, from: "site/page.html", script: `site/${script}`, style: "site/page.css", element };
}

/** Scripts and styles of the extension, by the names that its manifest and its pages use. */
const EXTENSION = {
  "background.js": "../extension/background.ts",
  "offscreen.js": "../extension/offscreen.ts",
  "panel.js": "../extension/panel.ts",
  "setup.js": "../extension/setup.ts",
  "worklet.js": "capture/worklet.ts",
  "panel.css": "../extension/panel.css",
  "setup.css": "../extension/setup.css",
};
const EXTENSION_FILES = ["panel.html", "setup.html", "offscreen.html", "_locales", "icons"];

async function bundled(entry, plugins = []) {
  const result = await build({
    entryPoints: [join(web, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["chrome123", "firefox120", "safari17.5"],
    tsconfig: join(web, "tsconfig.json"),
    legalComments: "inline",
    logLevel: "warning",
    plugins,
  });
  return result.outputFiles[0].contents;
}

function hashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

/** Writes an asset under a name of its content; its path from the root, and its size on the wire. */
async function asset(name, contents) {
  const path = `assets/${hashed(name, contents)}`;
  await writeFile(join(fresh, path), contents);
  return { path, size: gzipSync(contents).length };
}

async function sources({ script, style, worklet }) {
  const stem = basename(script, ".ts");
  return {
    script: [`${stem}.js`, await bundled(script)],
    style: [`${stem}.css`, await bundled(style)],
    icon: ["icon.svg", await readFile(join(web, "src", "icon.svg"))],
    ...(worklet && { worklet: ["worklet.js", await bundled(worklet)] }),
  };
}

/** Writes a page with its assets; the bytes that a browser loads for it, gzipped. */
async function writePage(description) {
  const { page, from } = description;
  const up = "../".repeat(page.split("/").length - 1);
  let html = await readFile(join(web, "src", from), "utf8");
  let total = 0;
  for (const [place, [name, contents]] of Object.entries(await sources(description))) {
    const { path, size } = await asset(name, contents);
    html = html.replaceAll(`{{${place}}}`, up + path);
    total += size;
  }
  html = html.replaceAll("{{element}}", description.element).replaceAll("{{root}}", up || "./");
  await mkdir(dirname(join(fresh, page)), { recursive: true });
  await writeFile(join(fresh, page), html);
  return total;
}

// On a page of somebody else's, 1rem is what that page says; the sidebar's is 16 pixels.
const ownRem = {
  name: "own-rem",
  setup(chain) {
    chain.onLoad({ filter: /src[\\/](elements|style)[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const contents = text.replace(/(\d*\.?\d+)rem\b/g, (_, size) => `${Number(size) * 16}px`);
      return { contents, loader: "ts" };
    });
  },
};

async function writeElement() {
  const script = await bundled("embed/element.ts", [ownRem]);
  await writeFile(join(fresh, "embed", "call-assist.js"), script);
  // The file holds nothing but types, so it is its own declaration.
  await cp(join(web, "src", "embed", "api.ts"), join(fresh, "embed", "call-assist.d.ts"));
  for (const name of ["example.html", "example.js", "example.css"]) {
    await cp(join(web, "src", "embed", name), join(fresh, "embed", name)); // to be read as it is
  }
  return gzipSync(script).length;
}

async function writeExtension() {
  await rm(extension, { recursive: true, force: true });
  await mkdir(extension, { recursive: true });
  for (const [name, entry] of Object.entries(EXTENSION)) {
    await writeFile(join(extension, name), await bundled(entry));
  }
  for (const name of EXTENSION_FILES) {
    await cp(join(web, "extension", name), join(extension, name), { recursive: true });
  }
  const manifest = JSON.parse(await readFile(join(web, "extension", "manifest.json"), "utf8"));
  const { version } = JSON.parse(await readFile(join(web, "package.json"), "utf8"));
  await writeFile(join(extension, "manifest.json"), JSON.stringify({ ...manifest, version }, null, 2));
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB gzipped`;

await rm(fresh, { recursive: true, force: true });
await mkdir(join(fresh, "assets"), { recursive: true });
await mkdir(join(fresh, "embed"), { recursive: true });
for (const description of PAGES) {
  const size = await writePage(description);
  const { page } = description;
  if (page === "index.html" && size > LIMIT) {
    throw new Error(`The sidebar is ${size} bytes gzipped; the limit is ${LIMIT}.`);
  }
  console.log(`${page}: ${kilobytes(size)}`);
}
console.log(`embed/call-assist.js: ${kilobytes(await writeElement())}`);
await writeExtension();
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
