/*
 * The embeddings of encoder-speed.bench.ts by transformers.js.
 * usage: node clip_transformers.mjs FOLDER_OF_PACKAGES ENCODER
 * answers each line of JSON, { images: paths, batch } or { texts, batch, padTo: null | 77 }, with { ms, vectors? }: `check` asks for these
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [packages, encoder] = process.argv.slice(2);
const entry = createRequire(path.join(packages, 'package.json')).resolve(
  '@huggingface/transformers',
);
const hub = await import(pathToFileURL(entry).href);
hub.env.allowRemoteModels = false;
hub.env.localModelPath = path.dirname(encoder);
const name = path.basename(encoder);
const options = { dtype: 'fp32', device: 'cpu' };
const vision = await hub.CLIPVisionModelWithProjection.from_pretrained(name, options);
const text = await hub.CLIPTextModelWithProjection.from_pretrained(name, options);
const processor = await hub.AutoProcessor.from_pretrained(name);
const tokenizer = await hub.AutoTokenizer.from_pretrained(name);

async function embedImages(paths) {
  const images = await Promise.all(paths.map((file) => hub.RawImage.read(file)));
  return (await vision(await processor(images))).image_embeds;
}

async function embedTexts(texts, padTo) {
  const padding = padTo === null ? { padding: true } : { padding: 'max_length', max_length: padTo };
  return (await text(tokenizer(texts, { ...padding, truncation: true }))).text_embeds;
}

console.log(JSON.stringify({ version: hub.env.version }));
for await (const line of createInterface({ input: process.stdin })) {
  const { images, texts, batch, padTo = null, check = false } = JSON.parse(line);
  const items = images ?? texts;
  const started = performance.now();
  const vectors = [];
  for (let start = 0; start < items.length; start += batch) {
    const part = items.slice(start, start + batch);
    const embeds = await (images ? embedImages(part) : embedTexts(part, padTo));
    vectors.push(...embeds.normalize(2, -1).tolist());
  }
  const ms = performance.now() - started;
  console.log(JSON.stringify(check ? { ms, vectors } : { ms }));
}
