"""Hidden tests of `student_code.scaler`."""

from pathlib import Path

import numpy as np
from PIL import Image

from student_code import scaler
from toolbox.checks import expect, task
from toolbox.checks.seeds import seed_for


@task("scaler.StreamingScaler")
def test_large_mean_keeps_its_digits() -> None:
    """With a mean of 1e8 and a standard deviation of 1, `std_` keeps 6 digits."""
    rng = np.random.default_rng(seed_for(7))
    values = rng.normal(1e8, 1.0, 4000)
    streaming = scaler.StreamingScaler()
    for batch in np.array_split(values, 9):
        streaming.partial_fit(batch)
    # float64 represents 1e8 to 1.5e-8; the naive E[x²] − E[x]² is off by more than 1 here.
    expect.close(streaming.std_, values.std(), "4,000 values around 1e8; s.std_", atol=1e-6)


@task("scaler.StreamingScaler")
def test_merge_keeps_digits_and_order_does_not_matter() -> None:
    """Merging in either order gives the statistics of all values without losing digits."""
    rng = np.random.default_rng(seed_for(8))
    a, b = rng.normal(1e8, 1.0, 300), rng.normal(1e8 + 5, 2.0, 1100)
    for first, second in ((a, b), (b, a)):
        left, right = scaler.StreamingScaler(), scaler.StreamingScaler()
        left.partial_fit(first)
        right.partial_fit(second)
        joined = left.merge(right) or left
        both = np.concatenate([first, second])
        # Distances of 5 at 1e8 are exact to 1.5e-8, and are squared: 1e-6.
        expect.close(joined.var_, both.var(), "a.merge(b); a.var_", atol=1e-5)
        expect.equal(joined.count_, 1400, "a.merge(b); a.count_")


@task("scaler.StreamingScaler")
def test_transform_keeps_shape_and_learns_nothing() -> None:
    """`transform` keeps the shape of its input and doesn't change the statistics."""
    streaming = scaler.StreamingScaler()
    streaming.partial_fit(np.arange(10.0))
    out = streaming.transform(np.full((2, 3, 4), 100.0))
    expect.shape(out, (2, 3, 4), "s.transform(an array of shape (2, 3, 4))")
    # float64 rounds at 1e-15.
    expect.close(streaming.mean_, 4.5, "s.transform(other values); s.mean_", atol=1e-9)
    expect.equal(streaming.count_, 10, "s.transform(other values); s.count_")


@task("scaler.StreamingScaler")
def test_integers_do_not_overflow() -> None:
    """uint8 pixels are computed in float64, not in bytes."""
    streaming = scaler.StreamingScaler()
    streaming.partial_fit(np.full((5, 7), 250, dtype=np.uint8))
    streaming.partial_fit(np.full((5, 7), 10, dtype=np.uint8))
    # float64 rounds at 1e-13 here; bytes that overflow are off by 1 or more.
    expect.close(streaming.mean_, 130.0, "pixels of 250 and 10; s.mean_", atol=1e-9)
    expect.close(streaming.std_, 120.0, "pixels of 250 and 10; s.std_", atol=1e-9)


@task("scaler.StreamingScaler")
def test_float32_values_are_computed_in_float64() -> None:
    """float32 values are computed in float64, so they lose no digits."""
    values = (1000 + np.arange(3000) % 7 / 8).astype(np.float32)  # eighths are exact in float32
    streaming = scaler.StreamingScaler()
    streaming.partial_fit(values)
    exact = values.astype(np.float64)
    # float64 rounds such a mean to 1e-13; a sum in float32 is off by 1e-5 or more.
    expect.close(streaming.mean_, exact.mean(), "float32 values around 1000; s.mean_", atol=1e-9)
    expect.close(streaming.var_, exact.var(), "float32 values around 1000; s.var_", atol=1e-9)


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


@task("scaler.compute_mean_and_std")
def test_many_images_of_many_sizes(tmp_path: Path) -> None:
    """For many images of many sizes, the statistics are those of all pixels together."""
    rng = np.random.default_rng(seed_for(9))
    pixels = []
    for number in range(6):
        image = rng.integers(0, 40 * (number + 1), (3 + number, 17 - 2 * number)).astype(np.uint8)
        save(tmp_path / f"class{number % 2}" / f"{number}.png", image)
        pixels.append(image.ravel() / 255.0)
    mean, std = scaler.compute_mean_and_std(str(tmp_path))
    everything = np.concatenate(pixels)
    # A mean of means is off by 1e-2; computing in float32 costs 1e-7.
    expect.close(np.ravel(mean), [everything.mean()], "compute_mean_and_std(...)[0]", atol=1e-5)
    expect.close(np.ravel(std), [everything.std()], "compute_mean_and_std(...)[1]", atol=1e-5)


@task("scaler.compute_mean_and_std")
def test_broken_images_are_passed_over(tmp_path: Path) -> None:
    """A text file named like an image is skipped."""
    save(tmp_path / "good.png", np.full((4, 3), 204))
    (tmp_path / "not_really.png").write_text("no image", encoding="utf-8")
    mean, _ = scaler.compute_mean_and_std(str(tmp_path))
    # One gray level is 4e-3; computing in float32 costs 1e-7.
    expect.close(np.ravel(mean), [0.8], "compute_mean_and_std(...)[0]", atol=1e-5)


@task("scaler.compute_mean_and_std")
def test_only_other_files_is_an_error(tmp_path: Path) -> None:
    """A folder that contains files but no image raises `ValueError`."""
    (tmp_path / "notes.txt").write_text("no image", encoding="utf-8")
    run = lambda: scaler.compute_mean_and_std(str(tmp_path))  # noqa: E731
    expect.raises(ValueError, run, "compute_mean_and_std(a folder of text files)")


@task("scaler.compute_mean_and_std")
def test_a_single_pixel_is_enough(tmp_path: Path) -> None:
    """For a single pixel, the mean is its value and the standard deviation 0."""
    save(tmp_path / "pixel.png", np.full((1, 1), 51))
    mean, std = scaler.compute_mean_and_std(str(tmp_path))
    # One gray level is 4e-3; computing in float32 costs 1e-7.
    expect.close(np.ravel(mean), [0.2], "compute_mean_and_std(one pixel)[0]", atol=1e-5)
    expect.close(np.ravel(std), [0.0], "compute_mean_and_std(one pixel)[1]", atol=1e-5)
