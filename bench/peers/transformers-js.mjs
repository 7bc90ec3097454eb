// transformers.js from files to embeddings, in a process of its own: what bench/int8.bench.ts asks of it by messages.
//   node transformers-js.mjs FOLDER-WITH-NODE_MODULES FOLDER-OF-THE-MODEL
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [peer, model] = process.argv.slice(2);
const entry = path.join(peer, 'node_modules/@huggingface/transformers/dist/transformers.node.mjs');
const { AutoProcessor, CLIPVisionModelWithProjection, RawImage, env } = await import(
  pathToFileURL(entry).href
);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(model);
const name = path.basename(model);
const processor = await AutoProcessor.from_pretrained(name);
const models = {};

process.on('message', async ({ files, dtype, batch }) => {
  models[dtype] ??= await CLIPVisionModelWithProjection.from_pretrained(name, { dtype });
  const start = performance.now();
  const vectors = [];
  for (let from = 0; from < files.length; from += batch) {
    const images = await Promise.all(
      files.slice(from, from + batch).map((file) => RawImage.read(file)),
    );
    const { image_embeds } = await models[dtype](await processor(images));
    vectors.push(...image_embeds.data);
  }
  process.send({ seconds: (performance.now() - start) / 1000, vectors });
});
process.send('ready');
