import type * as core from '@tensorflow/tfjs-core';

/**
 * What is used of TensorFlow.js: its core, which is a part of every package of it (`tfjs-node`, `tfjs-node-gpu`). Types
 * only: the module itself is a parameter wherever it is needed.
 */
export type TensorFlow = typeof core;
export type Tensor = core.Tensor;
