"""What is read of the files of conda's environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.executors.environments.rattler_program import DEFAULTS, Wanted, main


def test_all_that_counts():
    wanted = Wanted(
        """
        name: ours
        channels: [./near, ../other, bioconda, defaults, nodefaults]
        dependencies:
          - python=3.13
          - bioconda::samtools >=1.2
          - pip: [-r requirements.txt, "tiny==1"]
        variables: {A: b}
        """,
        "/project/sub",
    )
    assert wanted.channels == ["/project/sub/near", "/project/other", "bioconda", *DEFAULTS]
    assert wanted.specs == ["python=3.13", "bioconda::samtools >=1.2"]
    assert wanted.of_pip == ["-r requirements.txt", "tiny==1"]
    assert Wanted("dependencies: [zlib]", "/").channels == ["conda-forge"]
    assert Wanted("{}", "/").specs == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dependencies: [[zlib]]", "['zlib'] below `dependencies:` is neither a package nor a list for pip"),
        ("dependencies: [{npm: [x]}]", "{'npm': ['x']} below `dependencies:` is neither a package nor a list for pip"),
        ("dependencies: zlib", "`dependencies:` must be a list"),
        ("channels: bioconda", "`channels:` must be a list"),
        ("just a text", "it has no `dependencies:`"),
        ("dependencies: [", "it is no YAML: while parsing a flow node"),
    ],
)
def test_what_is_wrong_with_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, said: str
):
    monkeypatch.chdir(tmp_path)
    Path("env.yaml").write_text(text)
    assert main(["folder", "env.yaml"]) == 1
    assert capsys.readouterr().err.startswith(f"env.yaml: {said}\n")
