import { trainSamples } from '../train/train-samples.js';
import { hostProcess } from './process-host.js';
import type { TrainMethods } from './train.methods.js';

hostProcess<TrainMethods>({ train: trainSamples });
