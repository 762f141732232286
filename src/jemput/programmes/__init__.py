"""The five programmes of the sources, each a file that an office may copy and change."""

from importlib import resources


def packaged() -> dict[str, bytes]:
    """The programme files that come with Jemput: name without ``.toml`` -> bytes."""
    folder = resources.files(__name__)
    found = [item for item in folder.iterdir() if item.name.endswith(".toml")]
    return {
        item.name.removesuffix(".toml"): item.read_bytes() for item in sorted(found, key=lambda i: i.name)
    }
