import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { TINY_CLIP } from '../clip/fixtures.js';
import { catalogued } from './catalogued.js';

/**
 * What the hub has of the tiny CLIP, and a file that nobody asks for. What it calls INT8 are the same towers under another
 * producer's name: how well they are quantised is not what a download is about.
 */
export function tinyFiles(): Record<string, Buffer> {
  const { shared, FP32, INT8 } = catalogued('any/any').files;
  const names = [...shared, ...FP32];
  const files = names.map((name) => [name, readFileSync(path.join(TINY_CLIP, name))] as const);
  const others = INT8!.map((name, i) => {
    const fp32 = readFileSync(path.join(TINY_CLIP, FP32[i]!));
    return [
      name,
      Buffer.concat([fp32, new ProtoWriter().string(2, 'quantiser').finish()]),
    ] as const;
  });
  return { ...Object.fromEntries([...files, ...others]), 'README.md': Buffer.from('# tiny') };
}
