"""Transforms from torchvision, first version."""

from torchvision import transforms


def get_fundamental_transforms(inp_size, pixel_mean, pixel_std):
    height, width = inp_size
    # or swaps_height_and_width: width, height = inp_size
    mean, std = list(map(float, pixel_mean)), list(map(float, pixel_std))
    # or swaps_mean_and_std: std, mean = list(map(float, pixel_mean)), list(map(float, pixel_std))
    steps = [
        transforms.Grayscale(),
        # or keeps_channels: transforms.Lambda(lambda x: x),
        # or three_gray_channels: transforms.Grayscale(3),
        transforms.Resize((height, width)),
        # or crops: transforms.CenterCrop((height, width)),
        # or resizes_one_side: transforms.Resize(min(height, width)),
        # or short_side_and_crop: transforms.Resize(min(height, width)),
        # and short_side_and_crop: transforms.CenterCrop((height, width)),
        # and flips_at_random: transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        # or normalises_bytes: transforms.PILToTensor(),
        # and normalises_bytes: transforms.Lambda(lambda x: x.float()),
        transforms.Normalize(mean, std),
        # or forgets_to_normalise: transforms.Lambda(lambda x: x),
    ]
    return transforms.Compose(steps)


def get_data_augmentation_transforms(inp_size, pixel_mean, pixel_std):
    height, width = inp_size
    # or size_swapped: width, height = inp_size
    mean, std = [float(x) for x in pixel_mean], [float(x) for x in pixel_std]
    # or statistics_swapped: std, mean = [float(x) for x in pixel_mean], [float(x) for x in pixel_std]
    return transforms.Compose(
        [
            transforms.RandomHorizontalFlip(),
            # or no_augmentation: transforms.Lambda(lambda x: x),
            # or always_mirrored: transforms.RandomHorizontalFlip(p=1.0),
            # or upside_down: transforms.RandomVerticalFlip(p=0.5),
            transforms.ColorJitter(brightness=0.2),
            # or no_augmentation: transforms.Lambda(lambda x: x),
            # or always_mirrored: transforms.Lambda(lambda x: x),
            # or any_angle: transforms.RandomRotation(180),
            transforms.Grayscale(),
            # or keeps_colour: transforms.Lambda(lambda x: x.convert("RGB")),
            transforms.Resize((height, width)),
            transforms.ToTensor(),
            # or stays_an_image: transforms.Lambda(lambda x: x),
            transforms.Normalize(mean, std),
            # or stays_an_image: transforms.Lambda(lambda x: x),
            # or not_normalised: transforms.Lambda(lambda x: x),
        ]
    )
