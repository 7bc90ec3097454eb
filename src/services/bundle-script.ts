/** `predict.py` of every bundle: what it does beyond the files beside it is what this program does for one sample. */
export const PREDICT_PY = `# python predict.py [--image photo.jpg] [--text "a caption"]      needs: onnxruntime numpy pillow tokenizers
import argparse, json, pathlib
import numpy as np, onnxruntime as ort
here = pathlib.Path(__file__).parent
read = lambda name: json.loads((here / name).read_text("utf-8"))
unit = lambda v: v / max(float(np.linalg.norm(v)), 1e-30)
prep, labels, point = read("preprocessing.json"), read("labels.json"), read("thresholds.json")["model"]

def tower(kind, feeds):
    session = ort.InferenceSession(str(here / f"{kind}_model.onnx"), providers=["CPUExecutionProvider"])
    there = {o.name for o in session.get_outputs()}
    output = next(name for name in prep["outputs"][kind] if name in there)
    return unit(session.run([output], {i.name: feeds[i.name] for i in session.get_inputs()})[0]).astype(np.float32)

def embed_image(path):
    from PIL import Image, ImageOps
    image, (r, crop, norm) = ImageOps.exif_transpose(Image.open(path)).convert("RGB"), (prep["resize"], prep["crop"], prep["normalization"])
    w, h = image.size
    size = (r["width"], r["height"]) if r["kind"] == "exact" else (r["edge"], r["edge"] * h // w) if w <= h else (r["edge"] * w // h, r["edge"])
    def middle(spare):
        return spare // 2 + (prep["cropRounding"] == "half-even" and spare % 2 and spare // 2 % 2)
    left, top = middle(size[0] - crop["width"]), middle(size[1] - crop["height"])
    image = image.resize(size, Image.Resampling[prep["filter"].upper()]).crop((left, top, left + crop["width"], top + crop["height"]))
    x = np.asarray(image, np.float32) * np.float32(norm["rescaleFactor"])
    x = (x - np.float32(norm["mean"])) / np.float32(norm["std"])
    return tower("vision", {"pixel_values": x.transpose(2, 0, 1)[None]})

def embed_text(text):
    from tokenizers import Tokenizer, normalizers
    tokenizer, rules = Tokenizer.from_file(str(here / "tokenizer.json")), prep["text"]
    if rules.get("lowercases"):
        own = [tokenizer.normalizer] if tokenizer.normalizer else []
        tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), *own])
    pad = tokenizer.padding and tokenizer.padding["pad_id"]
    tokenizer.no_padding()
    tokenizer.enable_truncation(rules["contextLength"])
    ids = tokenizer.encode(text).ids
    if rules.get("padsToContext"):
        if pad is None:
            pad = read("tokenizer_config.json").get("pad_token") if (here / "tokenizer_config.json").exists() else None
            pad = tokenizer.token_to_id(pad["content"] if isinstance(pad, dict) else pad) if pad else ids[-1]
        ids += [pad] * (rules["contextLength"] - len(ids))
    ids = np.array([ids], np.int64)
    return tower("text", {"input_ids": ids, "attention_mask": np.ones_like(ids)})

def predict(image=None, text=None):
    """Scores by label, and the keys of the predicted labels, best first."""
    none = np.zeros((1, prep["dimension"]), np.float32)
    embeds = {"image_embeds": embed_image(image) if image else none, "text_embeds": embed_text(text) if text else none}
    head = ort.InferenceSession(str(here / "head.onnx"), providers=["CPUExecutionProvider"])
    logits = head.run(["logits"], {i.name: embeds[i.name] for i in head.get_inputs()})[0][0].astype(np.float64)
    scores = (1 / (1 + np.exp(-logits))).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    chosen = [i for i in order if scores[i] >= point["thresholds"][i]]
    return {l["key"]: float(s) for l, s in zip(labels, scores)}, [labels[i]["key"] for i in chosen]

if __name__ == "__main__":
    args = argparse.ArgumentParser()
    args.add_argument("--image")
    args.add_argument("--text")
    scores, predicted = predict(**vars(args.parse_args()))
    print(json.dumps({"predicted": predicted, "scores": scores}, ensure_ascii=False))
`;
