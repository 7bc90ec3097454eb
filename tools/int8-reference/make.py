"""How near onnxruntime.quantization brings the tiny CLIP and clip-mini to FP32: test/fixtures/clip/int8-reference.json.

    python tools/int8-reference/make.py      (pip install onnx onnxruntime)

Weights in INT8 with a scale for each column, activations as they come, products of matrices alone: what ours does. The lowest
cosine to FP32 over inputs that test/ort/clip/quantise-model.test.ts makes in the same way.
"""
import json
import pathlib
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import QuantType, quantize_dynamic

ROOT = pathlib.Path(__file__).parents[2]
ENCODERS = {"tiny-clip": ("test/fixtures/clip/tiny-clip", 224, 49406, 49407), "clip-mini": ("models/clip-mini", 96, 1, 2)}
COUNT = 8


def pixels(size):
    """The same numbers as in the test: a wave for each image, and noise by a linear congruence."""
    at = np.arange(COUNT * 3 * size * size, dtype=np.uint64)
    noise = ((at * 2654435761) % 2**32).astype(np.float64) / 2**32 - 0.5
    image = (at // (3 * size * size)).astype(np.float64)
    wave = 1.5 * np.sin((at % (size * size)).astype(np.float64) * 0.0005 * (image + 1))
    return (wave + noise).astype(np.float32).reshape(COUNT, 3, size, size)


def ids(first, last):
    rows = [[first] + [300 + 17 * row + 5 * i for i in range(12)] + [last] for row in range(COUNT)]
    return np.array(rows, dtype=np.int64)


def run(path, feeds):
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = {each.name for each in session.get_inputs()}
    vectors = session.run(None, {name: value for name, value in feeds.items() if name in names})[0]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


result = {"onnxruntime": ort.__version__, "onnx": onnx.__version__, "cosines": {}}
for name, (folder, size, first, last) in ENCODERS.items():
    text = {"input_ids": ids(first, last)}
    text["attention_mask"] = np.ones_like(text["input_ids"])
    for tower, feeds in (("vision", {"pixel_values": pixels(size)}), ("text", text)):
        source = str(ROOT / folder / "onnx" / f"{tower}_model.onnx")
        with tempfile.TemporaryDirectory() as temporary:
            target = f"{temporary}/int8.onnx"
            # Weights that are kept in float16 become float32 first: it quantises no others.
            basic = ort.SessionOptions()
            basic.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
            basic.optimized_model_filepath = f"{temporary}/fp32.onnx"
            ort.InferenceSession(source, basic, providers=["CPUExecutionProvider"])
            quantize_dynamic(f"{temporary}/fp32.onnx", target, per_channel=True, weight_type=QuantType.QInt8,
                             op_types_to_quantize=["MatMul", "Gemm"])
            cosines = (run(source, feeds) * run(target, feeds)).sum(axis=1)
            result["cosines"][f"{name} {tower}"] = float(cosines.min())
(ROOT / "test/fixtures/clip/int8-reference.json").write_text(json.dumps(result, indent=2) + "\n")
