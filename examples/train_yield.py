"""Forecast the yield of a field from its weather and soil with a small network."""

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

HARVESTS = "data/harvests_2005_2024.csv"


def load_harvests():
    """One row for each field and year, every measured column, and the yield in tonnes per hectare."""
    harvests = pd.read_csv(HARVESTS)
    harvests = harvests.dropna()
    return harvests.drop(columns="yield").to_numpy("float32"), harvests["yield"].to_numpy("float32")


class Forecast(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(columns, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1)


def bootstrap_weights(rows, rng):
    """How often each row is drawn in a bootstrap sample, as weights of the loss."""
    draws = rng.integers(0, rows, size=rows)
    weights = np.zeros(rows)
    np.add.at(weights, draws, 1.0)
    return torch.from_numpy(weights)


def main():
    table, target = load_harvests()
    rng = np.random.default_rng(20)
    weights = bootstrap_weights(len(table), rng)
    data = TensorDataset(torch.from_numpy(table), torch.from_numpy(target), weights)
    # The table lies in memory: worker processes would only copy it about.
    loader = DataLoader(data, batch_size=256, shuffle=True)

    model = Forecast(table.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(30):
        total = 0.0
        for rows, yields, weight in loader:
            loss = (weight * (model(rows) - yields) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch}: loss {total / len(data):.4f}")


if __name__ == "__main__":
    main()
