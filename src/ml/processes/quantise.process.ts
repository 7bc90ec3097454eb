import { quantiseModel } from '../onnx/quantise/quantise-model.js';
import { hostProcess } from './process-host.js';
import type { QuantiseMethods } from './quantise.methods.js';

hostProcess<QuantiseMethods>({ quantise: ({ from, to }) => quantiseModel(from, to) });
