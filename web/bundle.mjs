// Bundles the page into assist/server/static: index.html and assets named by their content.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const LIMIT = 150_000; // bytes, gzipped, of everything that the page loads

const web = dirname(fileURLToPath(import.meta.url));
const target = join(web, "..", "assist", "server", "static");
const fresh = `${target}.new`;

async function bundled(entry) {
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
  });
  return result.outputFiles[0].contents;
}

function hashed(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

const assets = {
  script: ["sidebar.js", await bundled("main.ts")],
  style: ["page.css", await bundled("page.css")],
  icon: ["icon.svg", await readFile(join(web, "src", "icon.svg"))],
};

await rm(fresh, { recursive: true, force: true });
await mkdir(join(fresh, "assets"), { recursive: true });
let html = await readFile(join(web, "src", "index.html"), "utf8");
let size = 0;
for (const [place, [name, contents]] of Object.entries(assets)) {
  const file = hashed(name, contents);
  await writeFile(join(fresh, "assets", file), contents);
  html = html.replaceAll(`{{${place}}}`, `assets/${file}`);
  size += gzipSync(contents).length;
}
if (size > LIMIT) throw new Error(`The page is ${size} bytes gzipped; the limit is ${LIMIT}.`);
await writeFile(join(fresh, "index.html"), html);
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
console.log(`${basename(target)}: ${(size / 1000).toFixed(1)} kB gzipped`);
