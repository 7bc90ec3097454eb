import type { Database } from '../db/database.js';
import { findSpace } from '../db/embeddings.queries.js';
import type { Modality } from '../db/enums.js';
import type { EmbeddingRunner, PixelSource } from '../ml/clip/embed-ports.js';
import { EncoderClient } from '../ml/clip/encoder-client.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { Embedder } from './embed-inputs.js';
import { lookupEmbeddings } from './embedding-store.js';
import { encoderOfModel } from './encoder-of-model.js';
import type { EncoderSource } from './encoder-source.js';
import type { ModelManifest } from './model-manifest.js';

export interface EmbeddersDeps {
  db: Database;
  blobs: BlobStore;
  encoders: EncoderSource;
  images: PixelSource;
  runner: EmbeddingRunner;
}

/** Embeds what predictions are asked for: one batching client per encoder, and the store's vectors where it has them. */
export class Embedders {
  readonly #clients = new Map<string, EncoderClient>();
  readonly #spaceIds = new Map<string, string>();

  constructor(private readonly deps: EmbeddersDeps) {}

  /** @throws ENCODER_REVISION_MISSING where the encoder is not there in the revision that the model was trained on */
  async embedder(wanted: ModelManifest['encoder']): Promise<Embedder> {
    const key = `${wanted.id} ${wanted.revision} ${wanted.preprocessing} ${wanted.tokens !== undefined}`;
    let client = this.#clients.get(key);
    if (!client) {
      const { description } = await encoderOfModel(this.deps.encoders, wanted);
      client = new EncoderClient({
        encoder: description,
        images: this.deps.images,
        runner: this.deps.runner,
      });
      this.#clients.set(key, client);
    }
    const found = client;
    return {
      image: (source) => found.embedImage(source),
      text: (text) => found.embedText(text),
    };
  }

  /** In the order asked, as the encoder gives them; undefined where the store has none. */
  async known(
    encoder: ModelManifest['encoder'],
    modality: Modality,
    contents: readonly Buffer[],
  ): Promise<(Float32Array | undefined)[]> {
    const { db, blobs } = this.deps;
    const key = JSON.stringify(encoder);
    const id =
      this.#spaceIds.get(key) ??
      (await findSpace(db, { ...encoder, encoderId: encoder.id, tokens: encoder.tokens ?? {} }));
    // Deleting a dataset may take a space's last vectors, but never the space.
    if (id === undefined) return contents.map(() => undefined);
    this.#spaceIds.set(key, id);
    return lookupEmbeddings(db, blobs, { ...encoder, id }, modality, contents);
  }
}
