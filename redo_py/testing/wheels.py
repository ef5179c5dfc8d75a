"""Small packages, made without a network."""

from __future__ import annotations

import zipfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def make_wheel(folder: Path, name: str, version: str, text: str) -> Path:
    """A wheel in `folder` whose one module has `text`, and whose program NAME-say calls its function `main`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    facts = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", text)
        archive.writestr(f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel = "Wheel-Version: 1.0\nGenerator: redun\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{facts}/WHEEL", wheel)
        archive.writestr(f"{facts}/entry_points.txt", f"[console_scripts]\n{name}-say = {name}:main\n")
        archive.writestr(f"{facts}/RECORD", "")
    return path
