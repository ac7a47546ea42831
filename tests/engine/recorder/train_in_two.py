"""Train a tiny model in several processes, as `torchrun` starts them; recorded where a path is given.

Each process prints its rank, the digest of its weights, and whether it has written.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import ExitStack

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from engine.recorder import Recorder


def main(out: str) -> None:
    """Make ten updates, with different batches in each process."""
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.manual_seed(0)
    model = DistributedDataParallel(nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2)))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    generator = torch.Generator().manual_seed(rank)
    wrote = False
    with ExitStack() as stack:
        recorder = stack.enter_context(Recorder(model, out, every=3, probe=torch.ones(2, 4))) if out else None
        for _ in range(10):
            optimizer.zero_grad()
            loss = model(torch.randn(4, 4, generator=generator)).square().mean()
            loss.backward()
            optimizer.step()
            if recorder:
                recorder.step(loss=loss.item())
                wrote = recorder.writes
    weights = b"".join(value.numpy().tobytes() for value in model.state_dict().values())
    # In one piece: the processes write into one pipe, and nothing is buffered
    sys.stdout.write(f"{rank} {hashlib.sha256(weights).hexdigest()} {wrote}\n")
    sys.stdout.flush()
    dist.barrier()
    os._exit(0)  # gloo's threads, taken down while the other process ends, abort now and then


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
