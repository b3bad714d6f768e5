"""Public tests of `student_code.scaler`."""

from pathlib import Path

import numpy as np
from PIL import Image

from student_code import scaler
from toolbox.checks import expect, task

# Both are of order 1 and computed in float64: rounding is 1e-15, the smallest mistake 1e-3.
EXACT = 1e-9


def fitted(*batches: object) -> scaler.StreamingScaler:
    streaming = scaler.StreamingScaler()
    for batch in batches:
        streaming.partial_fit(batch)
    return streaming


@task("scaler.StreamingScaler")
def test_mean_of_one_batch() -> None:
    """After one batch, `mean_` is the mean of its values and `count_` their number."""
    streaming = fitted([1.0, 2.0, 6.0])
    expect.close(streaming.mean_, 3.0, "s.partial_fit([1, 2, 6]); s.mean_", atol=EXACT)
    expect.equal(streaming.count_, 3, "s.partial_fit([1, 2, 6]); s.count_")


@task("scaler.StreamingScaler")
def test_variance_is_that_of_the_population() -> None:
    """`var_` divides by N, not by N − 1, and `std_` is its square root."""
    streaming = fitted([1.0, 2.0, 6.0])
    expect.close(streaming.var_, 14 / 3, "s.partial_fit([1, 2, 6]); s.var_", atol=EXACT)
    expect.close(streaming.std_, np.sqrt(14 / 3), "s.partial_fit([1, 2, 6]); s.std_", atol=EXACT)


@task("scaler.StreamingScaler", share=2)
def test_batches_of_different_sizes_add_up() -> None:
    """The statistics are those of all values seen so far, however they were split into batches."""
    streaming = fitted([1.0, 2.0], [6.0], [4.0, 4.0, 7.0])
    called = "s.partial_fit([1, 2]); s.partial_fit([6]); s.partial_fit([4, 4, 7]); "
    expect.close(streaming.mean_, 4.0, called + "s.mean_", atol=EXACT)
    expect.close(streaming.var_, 13 / 3, called + "s.var_", atol=EXACT)
    expect.equal(streaming.count_, 6, called + "s.count_")


@task("scaler.StreamingScaler")
def test_any_shape_is_taken() -> None:
    """`partial_fit` accepts images, nested lists and integers, and counts every number once."""
    image = np.arange(24, dtype=np.uint8).reshape(2, 3, 4) * 10
    streaming = fitted(image, [[1, 2], [3, 5]])
    values = np.append(image.astype(float).ravel(), [1, 2, 3, 5])
    called = "s.partial_fit(a uint8 array of shape (2, 3, 4)); s.partial_fit([[1, 2], [3, 5]]); "
    expect.close(streaming.mean_, values.mean(), called + "s.mean_", atol=EXACT)
    # The values reach 230, so squares reach 5e4: rounding is 1e-11.
    expect.close(streaming.var_, values.var(), called + "s.var_", atol=1e-7)


@task("scaler.StreamingScaler")
def test_merge_joins_two_scalers() -> None:
    """After `merge`, a scaler has seen the values of both, and the other scaler is unchanged."""
    left, right = fitted([1.0, 2.0, 6.0]), fitted([10.0])
    joined = left.merge(right) or left
    called = "a.partial_fit([1, 2, 6]); b.partial_fit([10]); a.merge(b); "
    expect.equal(joined.count_, 4, called + "a.count_")
    expect.close(joined.mean_, 4.75, called + "a.mean_", atol=EXACT)
    expect.close(joined.var_, np.var([1, 2, 6, 10]), called + "a.var_", atol=EXACT)
    expect.close(right.mean_, 10.0, called + "b.mean_", atol=EXACT)


@task("scaler.StreamingScaler")
def test_transform_and_back() -> None:
    """`transform` gives zero mean and unit standard deviation; `inverse_transform` undoes it."""
    streaming = fitted([2.0, 4.0, 6.0, 8.0])
    x = np.array([[2.0, 5.0, 8.0]])
    called = "s.partial_fit([2, 4, 6, 8]); "
    wanted = (x - 5.0) / np.sqrt(5.0)
    expect.close(streaming.transform(x), wanted, called + "s.transform([[2, 5, 8]])", atol=EXACT)
    back = streaming.inverse_transform(wanted)
    expect.close(back, x, called + "s.inverse_transform(s.transform([[2, 5, 8]]))", atol=EXACT)


@task("scaler.StreamingScaler")
def test_a_constant_is_not_divided_by_zero() -> None:
    """If all values are equal, `transform` divides by 1."""
    streaming = fitted([3.0, 3.0])
    called = "s.partial_fit([3, 3]); s.transform([3, 5])"
    expect.close(streaming.transform([3.0, 5.0]), [0.0, 2.0], called, atol=EXACT)
    called = "s.partial_fit([3, 3]); s.inverse_transform([0, 2])"
    expect.close(streaming.inverse_transform([0.0, 2.0]), [3.0, 5.0], called, atol=EXACT)


@task("scaler.StreamingScaler", share=0.5)
def test_no_values_is_an_error() -> None:
    """An empty array, and any use before the first value, raise `ValueError`."""
    empty = scaler.StreamingScaler()
    expect.raises(ValueError, lambda: empty.partial_fit([]), "s.partial_fit([])")
    fresh = scaler.StreamingScaler()
    expect.raises(ValueError, lambda: fresh.transform([1.0]), "StreamingScaler().transform([1])")
    expect.raises(ValueError, lambda: fresh.mean_, "StreamingScaler().mean_")
    expect.raises(ValueError, lambda: fresh.var_, "StreamingScaler().var_")
    expect.raises(ValueError, lambda: fresh.std_, "StreamingScaler().std_")


def save(folder: Path, name: str, pixels: object, mode: str = "L") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).convert(mode).save(path)


@task("scaler.compute_mean_and_std")
def test_every_pixel_counts_once(tmp_path: Path) -> None:
    """The statistics are over all pixels, so a large image has more weight than a small one."""
    save(tmp_path, "large.png", np.full((3, 4), 255))
    save(tmp_path, "small.png", np.zeros((2, 2)))
    mean, std = scaler.compute_mean_and_std(str(tmp_path))
    called = "compute_mean_and_std(a folder with 12 white and 4 black pixels)"
    # Adjacent pixel values are 1/255 = 4e-3 apart; computing in float32 costs 1e-7.
    expect.close(np.ravel(mean), [0.75], called + "[0]", atol=1e-5)
    expect.close(np.ravel(std), [np.sqrt(0.1875)], called + "[1]", atol=1e-5)


@task("scaler.compute_mean_and_std")
def test_results_have_shape_one(tmp_path: Path) -> None:
    """Mean and standard deviation are arrays of shape (1,)."""
    save(tmp_path, "image.png", np.full((2, 5), 51))
    mean, std = scaler.compute_mean_and_std(str(tmp_path))
    expect.shape(mean, (1,), "compute_mean_and_std(folder)[0]")
    expect.shape(std, (1,), "compute_mean_and_std(folder)[1]")
    # One gray level is 4e-3; computing in float32 costs 1e-7.
    expect.close(mean, [0.2], "compute_mean_and_std(images of gray 51)[0]", atol=1e-5)


@task("scaler.compute_mean_and_std")
def test_subfolders_are_searched(tmp_path: Path) -> None:
    """Images are found at every depth below the folder."""
    save(tmp_path, "top.png", np.zeros((2, 3)))
    save(tmp_path, "coast/one.png", np.full((2, 3), 255))
    save(tmp_path, "coast/more/two.jpg", np.full((2, 3), 255))
    mean, _ = scaler.compute_mean_and_std(str(tmp_path))
    called = "compute_mean_and_std(a folder with images at three depths)[0]"
    # One image more or less moves the mean by 0.1; computing in float32 costs 1e-7.
    expect.close(np.ravel(mean), [2 / 3], called, atol=1e-5)


@task("scaler.compute_mean_and_std")
def test_other_files_are_passed_over(tmp_path: Path) -> None:
    """Text files among the images are skipped."""
    save(tmp_path, "image.png", np.full((2, 3), 102))
    # One comes before the image, and one after it.
    for name in ("about.txt", "notes.txt"):
        (tmp_path / name).write_text("no image", encoding="utf-8")
    mean, _ = scaler.compute_mean_and_std(str(tmp_path))
    called = "compute_mean_and_std(an image, about.txt and notes.txt)[0]"
    expect.close(np.ravel(mean), [0.4], called, atol=1e-5)


@task("scaler.compute_mean_and_std")
def test_colour_is_read_as_gray(tmp_path: Path) -> None:
    """A color image is converted to grayscale before its pixels are counted."""
    # Not constant: the variance of equal values is 0 only up to rounding, and may be negative.
    pixels = np.repeat([[[255, 0, 0]], [[0, 0, 255]]], 3, axis=1)
    save(tmp_path, "red_and_blue.png", pixels, mode="RGB")
    mean, std = scaler.compute_mean_and_std(str(tmp_path))
    called = "compute_mean_and_std(a folder with one image, half red and half blue)"
    # Red becomes a gray of 76, and blue of 29. A gray level is 4e-3; float32 costs 1e-7.
    expect.close(np.ravel(mean), [52.5 / 255], called + "[0]", atol=1e-5)
    expect.close(np.ravel(std), [23.5 / 255], called + "[1]", atol=1e-5)


@task("scaler.compute_mean_and_std", share=0.5)
def test_missing_folder_and_no_images(tmp_path: Path) -> None:
    """A missing folder raises `FileNotFoundError`, a folder without images `ValueError`."""
    gone = str(tmp_path / "gone")
    called = "compute_mean_and_std(a folder that doesn't exist)"
    expect.raises(FileNotFoundError, lambda: scaler.compute_mean_and_std(gone), called)
    called = "compute_mean_and_std(an empty folder)"
    expect.raises(ValueError, lambda: scaler.compute_mean_and_std(str(tmp_path)), called)
