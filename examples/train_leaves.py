"""Train a leaf classifier on photos that farmers send in."""

import argparse
import csv
from pathlib import Path

import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import models, transforms

DATA = Path(__file__).parent / "data"

augment = transforms.Compose(
    [
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)


class LeafPhotos(Dataset):
    """Photos and the number of their species, in the order of ``labels.csv``."""

    def __init__(self, table, folder, transform=augment):
        with open(table, newline="") as file:
            rows = list(csv.DictReader(file))
        self.species = sorted({row["species"] for row in rows})
        self.items = [(Path(folder) / row["file"], self.species.index(row["species"])) for row in rows]
        self.transform = transform

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        path, label = self.items[index]
        photo = Image.open(path).convert("RGB")
        return self.transform(photo), label


def train_one_epoch(model, loader, optimizer, device):
    criterion = nn.CrossEntropyLoss()
    model.train()
    seen = correct = 0
    for photos, labels in loader:
        photos, labels = photos.to(device), labels.to(device)
        logits = model(photos)
        loss = criterion(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen += len(labels)
        correct += (logits.argmax(dim=1) == labels).sum()
    return float(correct) / seen


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=64)
    args = parser.parse_args()

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    photos = LeafPhotos(DATA / "labels.csv", DATA / "photos")
    loader = DataLoader(photos, batch_size=args.batch_size, shuffle=True)

    model = models.resnet18(num_classes=len(photos.species)).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    for epoch in range(args.epochs):
        accuracy = train_one_epoch(model, loader, optimizer, device)
        print(f"epoch {epoch}: accuracy {accuracy:.3f}")
    torch.save(model.state_dict(), DATA / "leaves.pt")


if __name__ == "__main__":
    main()
