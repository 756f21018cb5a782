"""Writes a trained model as one ONNX file: normalisation, net and novelty in a single graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from assist.emotion.features import NAMES
from assist.emotion.model import CLASSES, ToneMetadata
from assist.emotion.spectrum import Floats
from assist.emotion.training.learn import PRIORS, Trained
from assist.emotion.training.normal import LIMIT

NOVELTY_LIMIT = 8.0
_OPSET = 17


def novelty(standardised: Floats) -> Floats:
    """Root mean square (n,) of unclipped standardised differences (n, features + 1)."""
    clipped = np.clip(standardised, -NOVELTY_LIMIT, NOVELTY_LIMIT)
    return np.asarray(np.sqrt(np.mean(np.square(clipped), axis=1)), np.float32)


def export(
    trained: Trained,
    path: Path,
    *,
    temperature: float,
    threshold: float,
    corpora: tuple[str, ...],
    seed: int,
    encoder: str = "",
) -> None:
    """Write `path`; `threshold` is the novelty above which a voice counts as unknown, `encoder`
    names the recogniser whose encodings are among the measures.
    """
    import onnx  # noqa: PLC0415 - part of the training extra, not of the program
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    normal, net = trained.normal, trained.net
    width = len(normal.mean)
    constants = {
        "mean": normal.mean,
        "between": normal.between,
        "within": normal.within,
        "scale": normal.scale,
        "relative": normal.relative,
        "absolute": 1 - normal.relative,
        "one": np.ones(1, np.float32),
        "low": np.float32(-LIMIT),
        "high": np.float32(LIMIT),
        "far_low": np.float32(-NOVELTY_LIMIT),
        "far_high": np.float32(NOVELTY_LIMIT),
        "hidden": net.hidden,
        "hidden_bias": net.hidden_bias,
        "output": net.output,
        "output_bias": net.output_bias,
        "classes": np.array([4, 2], np.int64),
    }
    steps: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("Mul", "count between", "evidence", {}),
        ("Add", "evidence within", "total", {}),
        ("Div", "evidence total", "weight", {}),
        ("Sub", "baseline mean", "own", {}),
        ("Mul", "weight own", "shift", {}),
        ("Sub", "measures mean", "centred", {}),
        ("Sub", "centred shift", "raw", {}),
        ("Min", "count one", "known", {}),
        ("Mul", "known relative", "relative_known", {}),
        ("Add", "relative_known absolute", "kept", {}),
        ("Mul", "raw kept", "difference", {}),
        ("Div", "difference scale", "standard", {}),
        ("Clip", "standard low high", "inputs", {}),
        ("Gemm", "inputs hidden hidden_bias", "before", {}),
        ("Relu", "before", "activations", {}),
        ("Gemm", "activations output output_bias", "answers", {}),
        ("Split", "answers classes", "logits dimensions", {"axis": 1}),
        ("Clip", "standard far_low far_high", "far", {}),
        ("Mul", "far far", "squares", {}),
        ("ReduceMean", "squares", "mean_square", {"axes": [1], "keepdims": 0}),
        ("Sqrt", "mean_square", "novelty", {}),
    )
    nodes = [
        helper.make_node(operator, inputs.split(), outputs.split(), **attributes)
        for operator, inputs, outputs, attributes in steps
    ]

    def value(name: str, *shape: str | int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes,
        "tone",
        [value("measures", "n", width), value("baseline", "n", width), value("count", "n", 1)],
        [value("logits", "n", 4), value("dimensions", "n", 2), value("novelty", "n")],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    opset = [helper.make_opsetid("", _OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9, producer_name="assist")
    meta = ToneMetadata(
        names=NAMES,
        classes=tuple(CLASSES),
        temperature=round(temperature, 4),
        priors=PRIORS,
        novelty=round(threshold, 4),
        usual=tuple(float(x) for x in normal.mean),
        spread=tuple(float(x) for x in np.sqrt(normal.within)),
        corpora=corpora,
        seed=seed,
        encoder=encoder,
    )
    helper.set_model_props(model, {"tone": msgspec.json.encode(meta).decode()})
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(model.SerializeToString(deterministic=True))
    partial.replace(path)
