import { Encoder } from '../clip/encoder.js';
import type { EncoderDescription } from '../clip/encoder-description.js';
import { Session } from '../runtime/session.js';
import type { InferMethods, InferSettings } from './infer.methods.js';
import { hostProcess, readProcessSettings } from './process-host.js';
import { SessionCache } from './session-cache.js';
import { Turns } from './turns.js';

const { threads, device } = readProcessSettings().settings as InferSettings;
const encoders = new SessionCache<Encoder>(2);
const heads = new SessionCache<Session>(16);
const turns = new Turns();

function encoderFor(encoder: EncoderDescription): Promise<Encoder> {
  const { directory, revision, preprocessingHash, withTokens = false } = encoder;
  // Another with the same files is not it: towers are opened when they are needed, and a folder may be deleted before.
  const key = JSON.stringify([directory, revision, preprocessingHash, withTokens]);
  return encoders.get(key, async () => new Encoder(encoder, threads, device));
}

// One at a time: a session in use is never the one that makes room for another.
hostProcess<InferMethods>({
  embedImages: ({ encoder, levels, count }) =>
    turns.take(async () => (await encoderFor(encoder)).embedImages(levels, count)),
  embedTexts: ({ encoder, texts }) =>
    turns.take(async () => (await encoderFor(encoder)).embedTexts(texts)),
  runHead: ({ path, feeds, fetches }) =>
    turns.take(async () => {
      const head = await heads.get(path, () => Session.open(path, { threads }));
      return head.run(feeds, fetches);
    }),
});
