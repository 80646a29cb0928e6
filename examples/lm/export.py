"""Exports what `mcheck lm analyse` reads from a Hugging Face causal language model.

    python export.py MODEL TEXT -o DIR [--window 256] [--limit 20000] [--ahead 3] [--dtype float32]

MODEL is a name or a folder that `transformers` can load, TEXT a file of text. The text is cut into windows; the state
behind each token of a window, the input of the head, is written with the tokens that follow it:

    DIR/head.safetensors    lm_head.weight (V x d), and lm_head.bias (V) if the model has one
    DIR/states.safetensors  hidden (N x d), future (N x ahead): the next token, the one after it, ...

The states are those that the head sees, after the last normalisation, so `hidden @ weight.T + bias` are the logits.
Models that scale or cap their logits in between are refused, because then they are not.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file


def last_state(model, tokens):
    """What goes into the head: caught on its way, because models call the last layer by many names."""
    seen = []
    head = model.get_output_embeddings()
    handle = head.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    try:
        logits = model(tokens).logits
    finally:
        handle.remove()
    return seen[0], logits


@torch.no_grad()
def export(model, ids, folder, window=256, limit=20000, ahead=3, dtype=torch.float32):
    """Writes the files. `ids` are the tokens of the text, a vector."""
    model.eval()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    head = model.get_output_embeddings()
    weight, bias = head.weight.detach(), getattr(head, "bias", None)
    states, future = [], []
    count = 0
    for begin in range(0, len(ids) - ahead, window):
        part = ids[begin : begin + window]
        usable = min(len(part), len(ids) - begin - ahead)
        if usable <= 0 or count >= limit:
            break
        hidden, logits = last_state(model, part[None])
        again = hidden[0].float() @ weight.float().T + (0 if bias is None else bias.float())
        if not torch.allclose(again, logits[0].float(), atol=1e-2, rtol=1e-2):
            raise SystemExit("the logits of this model are not an affine function of its last state")
        states.append(hidden[0, :usable].to(dtype))
        future.append(torch.stack([ids[begin + j : begin + j + usable] for j in range(1, ahead + 1)], 1))
        count += usable
    states, future = torch.cat(states)[:limit], torch.cat(future)[:limit]
    tensors = {"lm_head.weight": weight.to(dtype).contiguous()}
    if bias is not None:
        tensors["lm_head.bias"] = bias.detach().to(dtype).contiguous()
    save_file({name: t.clone() for name, t in tensors.items()}, folder / "head.safetensors")
    save_file(
        {"hidden": states.contiguous(), "future": future.to(torch.int32).contiguous()}, folder / "states.safetensors"
    )
    return len(states)


def main():
    from transformers import AutoModelForCausalLM, AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("text", type=Path)
    parser.add_argument("-o", "--output", required=True, type=Path)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--limit", type=int, default=20000)
    parser.add_argument("--ahead", type=int, default=3)
    parser.add_argument("--dtype", choices=["float32", "float16", "bfloat16"], default="float32")
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model)
    ids = tokenizer(args.text.read_text(encoding="utf-8"), return_tensors="pt").input_ids[0]
    dtype = getattr(torch, args.dtype)
    count = export(model, ids, args.output, args.window, args.limit, args.ahead, dtype)
    print(f"wrote {count} states to {args.output}; `mcheck lm analyse {args.output}` reads them")


if __name__ == "__main__":
    main()
