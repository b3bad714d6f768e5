"""SimpleNetDropout, with dropout between the linear layers."""

from torch import nn


class SimpleNetDropout(nn.Module):
    def __init__(self, num_classes=15):
        super().__init__()
        # and AlwaysFifteen: num_classes = 15
        self.conv_layers = nn.Sequential(
            nn.Conv2d(1, 8, 5),
            nn.ReLU(),
            nn.MaxPool2d(3, 3),
            nn.Conv2d(8, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(3, 3),
        )
        self.dropout = nn.Dropout(0.5)
        # or DropsNothing: self.dropout = nn.Dropout(0.0)
        # or DropsEverything: self.dropout = nn.Dropout(1.0)
        size = 16 * 5 * 5
        # or ForwardRaises: size = 16 * 6 * 6
        self.fc_layers = nn.Sequential(
            nn.Linear(size, 100),
            nn.ReLU(),
            # or DropoutForActivation: nn.Dropout(0.5),
            nn.Linear(100, num_classes),
            # and SoftmaxAtTheEnd: nn.Softmax(dim=1),
        )
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")
        # or MeanReduction: self.loss_criterion = nn.CrossEntropyLoss()

    def forward(self, x):
        x = self.conv_layers(x)
        x = x.view(x.size(0), -1)
        x = self.dropout(x)
        # or DropoutNotUsed: pass
        # or NoDropout: pass
        # or DropsInEval: x = nn.functional.dropout(x, 0.5)
        # or ModesSwapped: x = nn.functional.dropout(x, 0.5, not self.training)
        return self.fc_layers(x)
